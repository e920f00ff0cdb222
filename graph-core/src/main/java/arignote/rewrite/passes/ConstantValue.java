package arignote.rewrite.passes;

import arignote.ir.Constant;
import arignote.tensor.DType;
import java.util.List;

/// What a small constant is, for comparison.
record ConstantValue(DType dtype, List<Long> shape, String elements) {
  /// Constants of more elements are not compared.
  private static final long COMPARED = 64;

  static boolean isSmall(Constant constant) {
    return constant.value().size() <= COMPARED;
  }

  static ConstantValue of(Constant constant) {
    return new ConstantValue(
        constant.value().dtype(),
        constant.value().shapeAsList(),
        constant.value().elementsToString());
  }
}
