package arignote.autodiff;

import arignote.ir.Dim;
import arignote.ir.Variable;
import arignote.ir.op.Dot;
import java.util.ArrayList;
import java.util.List;

/// The gradients of `dot` and `gemm`, in products again. With `g` the cotangent of the result:
///
/// | `x` | `y` | to `x` | to `y` |
/// |---|---|---|---|
/// | `[M,K]` | `[K,N]` | `dot(g, transpose(y))` | `dot(transpose(x), g)` |
/// | `[M,K]` | `[K]` | `outer(g, y)` | `dot(g, x)` |
/// | `[K]` | `[K,N]` | `dot(y, g)` | `outer(x, g)` |
/// | `[K]` | `[K]` | `g * y` | `g * x` |
final class DotVjp {
  private DotVjp() {}

  static void dot(int batch, Node node) {
    Variable x = node.operand(0);
    Variable y = node.operand(1);
    Variable g = node.cotangent();
    Dot dot = new Dot(batch);
    boolean matrixLeft = x.type().rank() == batch + 2;
    boolean matrixRight = y.type().rank() == batch + 2;
    if (matrixLeft && matrixRight) {
      matrices(dot, g, node);
    } else if (matrixLeft) {
      node.contribute(0, () -> outer(dot, g, y));
      node.contribute(1, () -> Ops.apply(dot, g, x));
    } else if (matrixRight) {
      node.contribute(0, () -> Ops.apply(dot, y, g));
      node.contribute(1, () -> outer(dot, x, g));
    } else {
      node.contribute(0, () -> scale(g, y));
      node.contribute(1, () -> scale(g, x));
    }
  }

  /// `gemm`, `alpha * dot(x, y) + beta * z`: to `x` and `y` as from `dot`, to `z` the cotangent.
  static void gemm(double alpha, double beta, Node node) {
    Variable g = node.cotangent();
    matrices(new Dot(0), scaled(g, alpha), node);
    node.contribute(2, () -> scaled(g, beta));
  }

  private static Variable scaled(Variable g, double scale) {
    return scale == 1 ? g : g.mul(scale);
  }

  private static void matrices(Dot dot, Variable g, Node node) {
    node.contribute(0, () -> Ops.apply(dot, g, Ops.transposeMatrices(node.operand(1))));
    node.contribute(1, () -> Ops.apply(dot, Ops.transposeMatrices(node.operand(0)), g));
  }

  /// Every product of an element of `x`, `[M]`, and one of `y`, `[N]`, as a product of matrices
  /// `[M,1]` and `[1,N]`: one vocabulary for the passes that merge and accumulate products.
  private static Variable outer(Dot dot, Variable x, Variable y) {
    List<Dim> column = new ArrayList<>(x.type().shape());
    column.add(Dim.of(1));
    List<Dim> row = new ArrayList<>(y.type().shape());
    row.add(dot.batch(), Dim.of(1));
    return Ops.apply(dot, Ops.reshape(x, column), Ops.reshape(y, row));
  }

  /// A vector times the scalar of its batch.
  private static Variable scale(Variable g, Variable vector) {
    List<Dim> column = new ArrayList<>(g.type().shape());
    column.add(Dim.of(1));
    return g.type().isScalar()
        ? g.mul(vector)
        : Ops.broadcast(Ops.reshape(g, column), vector.type().shape()).mul(vector);
  }
}
