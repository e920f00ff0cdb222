package arignote.ir;

import arignote.tensor.HostTensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The lengths of symbols in one call of a function, collected from its arguments.
///
/// Two are equal that bind the same symbols to the same lengths in the same order. There are few
/// symbols and a call makes one of these, so they are looked up in arrays.
public final class Bindings {
  private static final int SYMBOLS = 4;
  private static final String ANOTHER_USE = "another use";

  private String[] symbols = {};
  private long[] lengths = {};
  private String[] sources = {};
  private int size;

  /// Binds the symbols that stand alone in a declared shape to the lengths found, and checks the
  /// others; dims such as `T+1` are checked by [#check] once every symbol is bound.
  ///
  /// @param source what the shape belongs to, for the message: `input "x"`
  /// @throws TypeException if a rank, a known length or a second use of a symbol differs
  public void bind(String source, TensorType declared, long[] found) {
    if (found.length != declared.rank()) {
      throw mismatch(
          source,
          declared,
          found,
          "the number of axes differs; reshape it, or add axes of length 1");
    }
    for (int axis = 0; axis < found.length; axis++) {
      Dim dim = declared.dim(axis);
      long length = found[axis];
      if (dim.symbol().isPresent()) {
        String symbol = dim.symbol().get();
        int index = indexOf(symbol);
        if (index < 0) {
          add(symbol, length, source);
        } else if (lengths[index] != length) {
          throw mismatch(
              source,
              declared,
              found,
              "%s is %d here and %d in %s"
                  .formatted(symbol, length, lengths[index], sources[index].replaceAll(",$", "")));
        }
      } else if (dim.constant().isPresent() && dim.constant().getAsLong() != length) {
        throw mismatch(
            source,
            declared,
            found,
            "axis "
                + axis
                + " must have length "
                + dim
                + "; other lengths need a symbol in the input's type");
      }
    }
  }

  /// Checks a declared shape against the lengths found, all symbols being bound.
  ///
  /// @throws TypeException if they differ
  public void check(String source, TensorType declared, long[] found) {
    if (found.length != declared.rank()) {
      throw mismatch(
          source,
          declared,
          found,
          "the number of axes differs; reshape it, or add axes of length 1");
    }
    for (int axis = 0; axis < found.length; axis++) {
      long expected = length(declared.dim(axis));
      if (found[axis] != expected) {
        throw mismatch(
            source,
            declared,
            found,
            "%s is %d with %s".formatted(declared.dim(axis), expected, this));
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
    int index = indexOf(symbol);
    if (index < 0) {
      add(symbol, length, ANOTHER_USE);
    } else {
      lengths[index] = length;
    }
    return this;
  }

  private void add(String symbol, long length, String source) {
    if (size == symbols.length) {
      symbols = Arrays.copyOf(symbols, size + SYMBOLS);
      lengths = Arrays.copyOf(lengths, size + SYMBOLS);
      sources = Arrays.copyOf(sources, size + SYMBOLS);
    }
    symbols[size] = symbol;
    lengths[size] = length;
    sources[size] = source;
    size++;
  }

  private int indexOf(String symbol) {
    for (int i = 0; i < size; i++) {
      if (symbols[i].equals(symbol)) {
        return i;
      }
    }
    return -1;
  }

  /// The lengths by symbol, in the order of binding; a copy.
  public Map<String, Long> lengths() {
    Map<String, Long> map = new LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      map.put(symbols[i], lengths[i]);
    }
    return Collections.unmodifiableMap(map);
  }

  /// Whether all symbols of a dim are bound.
  public boolean binds(Dim dim) {
    return dim.symbols().stream().allMatch(symbol -> indexOf(symbol) >= 0);
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
          "the dim %s has no value with %s: %s".formatted(dim, this, e.getMessage()));
    }
  }

  private long length(String symbol) {
    int index = indexOf(symbol);
    if (index < 0) {
      throw new TypeException(
          "the dim \"%s\" is not bound by any argument; bound are %s".formatted(symbol, this));
    }
    return lengths[index];
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
                .formatted(axis, dims, shape[axis], this));
      }
    }
    return shape;
  }

  /// A tensor of zeros of a type.
  public HostTensor zeros(TensorType type) {
    return HostTensor.zeros(type.dtype(), shape(type));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bindings that
        && Arrays.equals(lengths, 0, size, that.lengths, 0, that.size)
        && Arrays.equals(symbols, 0, size, that.symbols, 0, that.size);
  }

  @Override
  public int hashCode() {
    int hash = 0;
    for (int i = 0; i < size; i++) {
      hash = 31 * (31 * hash + symbols[i].hashCode()) + Long.hashCode(lengths[i]);
    }
    return hash;
  }

  /// `{T=100, B=16}`.
  @Override
  public String toString() {
    return lengths().toString();
  }
}
