package arignote.backend.cuda;

import arignote.backend.cuda.codegen.ElementwiseKernel;
import arignote.backend.cuda.driver.Products;
import arignote.backend.cuda.kernel.Place;
import arignote.ir.Apply;
import arignote.ir.EvaluationException;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Gemm;
import arignote.plan.Layout;
import arignote.plan.LoopBody;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.View;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Prepares dots as calls of cuBLAS, one for all positions of the batch axes. Transposed and
/// strided operands go in as they are where cuBLAS can read them.
final class Dots {
  private Dots() {}

  /// How a product is scaled, and what was there is.
  private record Scales(double product, double addend) {}

  static void lower(Block block, Apply dot, int batch) {
    View x = block.view(dot.operand(0));
    View y = block.view(dot.operand(1));
    long[] left = x.layout().shape();
    long[] right = y.layout().shape();
    long count = 1;
    for (int axis = 0; axis < batch; axis++) {
      count *= left[axis];
    }
    boolean leftIsMatrix = left.length - batch == 2;
    boolean rightIsMatrix = right.length - batch == 2;
    long m = leftIsMatrix ? left[batch] : 1;
    long k = right[batch];
    long n = rightIsMatrix ? right[batch + 1] : 1;
    View to = block.result(dot, dot.result());
    if (to.layout().size() == 0) {
      return;
    }
    if (k == 0) {
      block.emit(new Clear(to), List.of(to.slot()));
      return;
    }
    multiply(
        block,
        dot,
        matrices(block, x, count, m, k),
        matrices(block, y, count, k, n),
        to.with(Layout.dense(count, m, n)),
        new Scales(1, 0));
  }

  /// The product is added where the addend lies, or to a copy of it where the result belongs.
  static void lower(Block block, Apply apply, Gemm gemm, int position) {
    View x = block.view(apply.operand(0));
    View y = block.view(apply.operand(1));
    Variable addend = apply.operand(2);
    View z = block.view(addend);
    long m = x.layout().dim(0);
    long k = x.layout().dim(1);
    long n = y.layout().dim(1);
    boolean free =
        block.placed(apply.result()).isEmpty()
            && block.mayOverwrite(addend, position)
            && x.slot() != z.slot()
            && y.slot() != z.slot();
    View to;
    if (free) {
      to = z;
      block.put(apply.result(), z);
    } else {
      to = block.result(apply, apply.result());
      boolean isThere = to.slot() == z.slot() && to.layout().samePositions(z.layout());
      if (!isThere && k > 0) {
        block.copy(z, to);
      }
    }
    if (to.layout().size() == 0) {
      return;
    }
    if (k == 0) {
      scale(block, z, gemm.beta(), to);
      return;
    }
    multiply(
        block,
        apply,
        matrices(block, x, 1, m, k),
        matrices(block, y, 1, k, n),
        to.with(Layout.dense(1, m, n)),
        new Scales(gemm.alpha(), gemm.beta()));
  }

  private static void scale(Block block, View from, double factor, View to) {
    LoopBody copy = LoopBody.copy(from.dtype(), 2);
    List<LoopBody.Value> values = new ArrayList<>(copy.values());
    values.add(new LoopBody.Value(1, from.dtype(), false, new LoopBody.Literal(factor, 0)));
    values.add(
        new LoopBody.Value(
            2, from.dtype(), false, new LoopBody.Step(new Binary(BinaryFn.MUL), List.of(1, 0))));
    LoopBody scaled =
        new LoopBody(copy.sources(), values, List.of(new LoopBody.Whole(2, 0)), copy.reduced());
    block.launch(
        "scale",
        ElementwiseKernel.of(
            scaled,
            from.layout().shape(),
            List.of(Place.of(from)),
            List.of(Place.of(to)),
            block.gpu().processors()),
        List.of(from),
        List.of(to));
  }

  /// A view as matrices that cuBLAS can read, copied if need be.
  private static View matrices(Block block, View view, long count, long rows, long columns) {
    Optional<View> matrices =
        view.layout()
            .reshape(count, rows, columns)
            .map(view::with)
            .filter(candidate -> matrix(candidate.layout()).isPresent());
    return matrices.orElseGet(() -> block.copy(view).with(Layout.dense(count, rows, columns)));
  }

  /// What cuBLAS is told of a layout `[count, rows, columns]`; empty if it cannot read it.
  private static Optional<Products.Matrix> matrix(Layout layout) {
    long stride = layout.dim(0) == 1 ? 0 : layout.stride(0);
    long rows = layout.dim(1);
    long columns = layout.dim(2);
    long byRow = layout.stride(1);
    long byColumn = layout.stride(2);
    if (stride < 0) {
      return Optional.empty();
    }
    if ((columns == 1 || byColumn == 1) && (rows == 1 || byRow >= columns)) {
      return leading(rows == 1 ? columns : byRow)
          .map(leading -> new Products.Matrix(false, leading, stride));
    }
    if ((rows == 1 || byRow == 1) && (columns == 1 || byColumn >= rows)) {
      return leading(columns == 1 ? rows : byColumn)
          .map(leading -> new Products.Matrix(true, leading, stride));
    }
    return Optional.empty();
  }

  private static Optional<Integer> leading(long leading) {
    return leading <= Integer.MAX_VALUE ? Optional.of((int) leading) : Optional.empty();
  }

  private static void multiply(Block block, Apply apply, View x, View y, View to, Scales scales) {
    Products.Sizes sizes;
    try {
      sizes =
          new Products.Sizes(
              Math.toIntExact(to.layout().dim(1)),
              Math.toIntExact(to.layout().dim(2)),
              Math.toIntExact(x.layout().dim(2)),
              Math.toIntExact(to.layout().dim(0)));
    } catch (ArithmeticException _) {
      throw EvaluationException.of(
          apply, "cuBLAS takes no axes of %s and %s".formatted(x.type(), y.type()));
    }
    block.preparation().multiply();
    Product product =
        new Product(
            sizes,
            scales.product,
            scales.addend,
            x,
            matrix(x.layout()).orElseThrow(),
            y,
            matrix(y.layout()).orElseThrow(),
            to,
            matrix(to.layout()).orElseThrow());
    block.emit(product, List.of(x.slot(), y.slot(), to.slot()));
  }

  /// A call of cuBLAS.
  record Product(
      Products.Sizes sizes,
      double alpha,
      double beta,
      View x,
      Products.Matrix left,
      View y,
      Products.Matrix right,
      View to,
      Products.Matrix result)
      implements Instruction {
    @Override
    public void run(Run run) {
      run.products()
          .multiply(
              to.dtype() == DType.F64,
              sizes,
              alpha,
              run.address(x),
              left,
              run.address(y),
              right,
              beta,
              run.address(to),
              result);
    }

    @Override
    public Plan.Step describe(PlanWriter writer) {
      List<View> reads = beta == 0 ? List.of(x, y) : List.of(x, y, to);
      List<String> notes =
          new ArrayList<>(List.of("m=" + sizes.m(), "n=" + sizes.n(), "k=" + sizes.k()));
      if (sizes.count() != 1) {
        notes.add("batch=" + sizes.count());
      }
      if (left.transposed()) {
        notes.add("left transposed");
      }
      if (right.transposed()) {
        notes.add("right transposed");
      }
      if (alpha != 1) {
        notes.add("alpha=" + alpha);
      }
      if (beta != 0) {
        notes.add("beta=" + beta);
      }
      return Plan.Step.of(
          to.dtype() == DType.F32 ? "sgemm" : "dgemm",
          writer.access(reads),
          List.of(writer.access(to)),
          notes.toArray(String[]::new));
    }
  }
}
