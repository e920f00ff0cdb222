package arignote.ir.op;

import arignote.ir.TensorType;
import arignote.ir.TypeException;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.List;

/// A product of matrices added to a matrix, both scaled: `alpha * dot(x, y) + beta * z` for `x` of
/// shape `[M,K]`, `y` of `[K,N]` and `z` of `[M,N]`, floats of one dtype. It is what BLAS calls
/// gemm, one call that can write its result over `z`. The rules make it of sums of products; models
/// are written with `dot`, `mul` and `add`.
///
/// BLAS does not look at an operand that is scaled by 0, so that NaN in it would vanish, and other
/// ways to compute this would differ. Hence neither scale may be 0, or become it in the dtype.
///
/// @param alpha rounded to the dtype, finite, not 0
/// @param beta likewise
public record Gemm(double alpha, double beta) implements CoreOp {
  @Override
  public List<TensorType> inferTypes(List<TensorType> operands) {
    Check.count(this, operands, 3);
    TensorType x = operands.get(0);
    TensorType y = operands.get(1);
    TensorType z = operands.get(2);
    boolean areFloats = x.dtype().isFloat() && x.dtype() == y.dtype() && x.dtype() == z.dtype();
    Check.that(areFloats, this, operands, "takes floats of one dtype");
    boolean areMatrices = operands.stream().allMatch(operand -> operand.rank() == 2);
    Check.that(areMatrices, this, operands, "takes matrices");
    if (!x.dim(1).equals(y.dim(0))) {
      throw new TypeException("gemm: cannot contract " + x + " with " + y);
    }
    TensorType product = x.withShape(List.of(x.dim(0), y.dim(1)));
    if (!product.equals(z)) {
      throw new TypeException(
          "gemm: cannot add the product of %s and %s, %s, to %s".formatted(x, y, product, z));
    }
    checkScale("alpha", alpha, operands);
    checkScale("beta", beta, operands);
    return List.of(z);
  }

  private void checkScale(String name, double scale, List<TensorType> operands) {
    DType dtype = operands.getFirst().dtype();
    double rounded = HostTensor.scalar(dtype, scale).item();
    if (!Double.isFinite(rounded) || rounded == 0) {
      throw Check.failure(
          this,
          operands,
          "%s must be finite and not 0 as %s, found %s".formatted(name, dtype, scale));
    }
  }
}
