package arignote.ir.op;

import arignote.ir.Dim;
import arignote.ir.TensorType;
import arignote.ir.TypeException;
import java.util.ArrayList;
import java.util.List;

/// Products of matrices and vectors: `sum_k x[..,k] * y[k,..]`, on floats of one dtype.
///
/// The first `batch` axes of both operands are the same and stay; behind them each operand is a
/// vector `[K]` or a matrix, `[M,K]` on the left and `[K,N]` on the right. So without batch axes
/// `[M,K] [K,N]` gives `[M,N]`, `[M,K] [K]` gives `[M]`, `[K] [K,N]` gives `[N]` and `[K] [K]` a
/// scalar. The sum over no elements is 0.
public record Dot(int batch) implements CoreOp {
  /// What is wrong with two operands whose inner axes differ.
  public static String cannotContract(TensorType x, TensorType y) {
    return "dot: cannot contract %s with %s: the last axis of the first must be the first of the second; transpose() or reshape() one of them"
        .formatted(x, y);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> operands) {
    Check.count(this, operands, 2);
    TensorType x = operands.get(0);
    TensorType y = operands.get(1);
    Check.that(
        x.dtype() == y.dtype() && x.dtype().isFloat(), this, operands, "takes floats of one dtype");
    int xRank = x.rank() - batch;
    int yRank = y.rank() - batch;
    if (batch < 0 || xRank < 1 || xRank > 2 || yRank < 1 || yRank > 2) {
      throw Check.failure(
          this,
          operands,
          "takes vectors or matrices"
              + (batch == 0
                  ? "; multiply by scalars with mul()"
                  : " behind " + batch + " batch axes"));
    }
    if (!x.shape().subList(0, batch).equals(y.shape().subList(0, batch))
        || !x.shape().getLast().equals(y.dim(batch))) {
      throw new TypeException(cannotContract(x, y));
    }
    List<Dim> shape = new ArrayList<>(x.shape().subList(0, x.rank() - 1));
    if (yRank == 2) {
      shape.add(y.shape().getLast());
    }
    return List.of(x.withShape(shape));
  }
}
