package arignote.ir;

import arignote.tensor.HostTensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The lengths of symbols in one call of a function, collected from its arguments.
public final class Bindings {
  private final Map<String, Long> lengths = new LinkedHashMap<>();
  private final Map<String, String> sources = new LinkedHashMap<>();

  /// Binds the symbols that stand alone in a declared shape to the lengths found, and checks the
  /// others; dims such as `T+1` are checked by [#check] once every symbol is bound.
  ///
  /// @param source what the shape belongs to, for the message: `input "x"`
  /// @throws TypeException if a rank, a known length or a second use of a symbol differs
  public void bind(String source, TensorType declared, long[] found) {
    if (found.length != declared.rank()) {
      throw mismatch(source, declared, found, "the number of axes differs");
    }
    for (int axis = 0; axis < found.length; axis++) {
      Dim dim = declared.dim(axis);
      long length = found[axis];
      if (dim.symbol().isPresent()) {
        String symbol = dim.symbol().get();
        Long bound = lengths.putIfAbsent(symbol, length);
        if (bound == null) {
          sources.put(symbol, source);
        } else if (bound != length) {
          throw mismatch(
              source,
              declared,
              found,
              "%s is %d here and %d in %s"
                  .formatted(symbol, length, bound, sources.getOrDefault(symbol, "another use")));
        }
      } else if (dim.constant().isPresent() && dim.constant().getAsLong() != length) {
        throw mismatch(source, declared, found, "axis " + axis + " must have length " + dim);
      }
    }
  }

  /// Checks a declared shape against the lengths found, all symbols being bound.
  ///
  /// @throws TypeException if they differ
  public void check(String source, TensorType declared, long[] found) {
    if (found.length != declared.rank()) {
      throw mismatch(source, declared, found, "the number of axes differs");
    }
    for (int axis = 0; axis < found.length; axis++) {
      long expected = length(declared.dim(axis));
      if (found[axis] != expected) {
        throw mismatch(
            source,
            declared,
            found,
            "%s is %d with %s".formatted(declared.dim(axis), expected, lengths));
      }
    }
  }

  private static TypeException mismatch(
      String source, TensorType declared, long[] found, String reason) {
    return new TypeException(
        "%s must be %s, found %s: %s"
            .formatted(source, declared, TensorType.of(declared.dtype(), found), reason));
  }

  /// Binds a symbol, replacing what it was bound to.
  public Bindings put(String symbol, long length) {
    lengths.put(symbol, length);
    return this;
  }

  /// The lengths by symbol, in the order of binding.
  public Map<String, Long> lengths() {
    return Collections.unmodifiableMap(lengths);
  }

  /// The length of a dim.
  ///
  /// @throws TypeException if a symbol is not bound, a divisor is 0 or the length does not fit a
  ///   long
  public long length(Dim dim) {
    try {
      return dim.evaluate(this::length);
    } catch (ArithmeticException e) {
      throw new TypeException(
          "the dim %s has no value with %s: %s".formatted(dim, lengths, e.getMessage()));
    }
  }

  private long length(String symbol) {
    Long length = lengths.get(symbol);
    if (length == null) {
      throw new TypeException(
          "the dim \"%s\" is not bound by any argument; bound are %s".formatted(symbol, lengths));
    }
    return length;
  }

  /// The lengths of all axes.
  ///
  /// @throws TypeException if a symbol is not bound or a length comes out negative
  public long[] shape(TensorType type) {
    return shape(type.shape());
  }

  /// The lengths of some dims.
  ///
  /// @throws TypeException if a symbol is not bound or a length comes out negative
  public long[] shape(List<Dim> dims) {
    long[] shape = new long[dims.size()];
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = length(dims.get(axis));
      if (shape[axis] < 0) {
        throw new TypeException(
            "axis %d of a shape %s gets the negative length %d with %s"
                .formatted(axis, dims, shape[axis], lengths));
      }
    }
    return shape;
  }

  /// A tensor of zeros of a type.
  public HostTensor zeros(TensorType type) {
    return HostTensor.zeros(type.dtype(), shape(type));
  }

  /// `{T=100, B=16}`.
  @Override
  public String toString() {
    return lengths.toString();
  }
}
