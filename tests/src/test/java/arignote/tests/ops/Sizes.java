package arignote.tests.ops;

import arignote.ir.Dim;
import arignote.ir.TensorType;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/// How lengths appear in the types of a case. An example written with [#dim] is tested both ways.
public enum Sizes {
  /// As known lengths, `f32[7,3]`.
  STATIC,
  /// As symbols that are bound to them, `f32[N7,N3]`. 1 stays 1, as broadcasts need that.
  SYMBOLIC;

  /// The dim of a length.
  public Dim dim(long length) {
    return this == STATIC || length == 1 ? Dim.of(length) : Dim.symbol("N" + length);
  }

  /// The dims of some lengths.
  public List<Dim> dims(long... lengths) {
    List<Dim> dims = new ArrayList<>();
    for (long length : lengths) {
      dims.add(dim(length));
    }
    return dims;
  }

  /// The type of a shape.
  public TensorType type(DType dtype, long... lengths) {
    return new TensorType(dtype, dims(lengths));
  }

  /// The lengths of the axes of a type made from dims of [#dim], symbols being bound to what they
  /// are named for and `growth` more.
  static long[] lengths(TensorType type, long growth) {
    return type.shape().stream()
        .mapToLong(dim -> dim.evaluate(symbol -> Long.parseLong(symbol.substring(1)) + growth))
        .toArray();
  }
}
