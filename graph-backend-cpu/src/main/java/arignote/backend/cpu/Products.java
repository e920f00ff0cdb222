package arignote.backend.cpu;

import arignote.backend.cpu.blas.Blas;
import arignote.backend.cpu.blas.BlasCall;
import arignote.backend.cpu.codegen.Tiles;
import arignote.backend.cpu.kernel.Loop;
import arignote.backend.cpu.kernel.Operand;
import arignote.backend.cpu.kernel.StepBuilder;
import arignote.ir.Apply;
import arignote.ir.EvaluationException;
import arignote.ir.Variable;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Gemm;
import arignote.plan.Layout;
import arignote.plan.Slot;
import arignote.plan.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Prepares dots, one product for each position of the batch axes: on tiles where the result has
/// columns enough for them, few and narrow ones term by term, and as BLAS calls the rest, matrix by
/// matrix or matrix by vector. Transposed and strided operands go in as they are where possible.
final class Products {
  /// From so many multiplications on, threads pay: some 30 microseconds for one.
  private static final double SEVERAL_THREADS = 4e6;

  /// No thread gets fewer rows or columns, and each but the last gets whole vectors of them.
  private static final long NARROWEST = 32;

  private static final long VECTOR = 16;

  /// OpenBLAS multiplies smaller matrices without packing, and slowly if the right one is
  /// transposed.
  private static final double UNPACKED = 1e6;

  /// For fewer multiplications a call of OpenBLAS takes longer than plain loops: some microseconds.
  private static final double FEW = 32_768;

  private Products() {}

  /// How a product is scaled, and what it is added to.
  private record Scales(double product, double addend) {
    private static final Scales PLAIN = new Scales(1, 0);
  }

  static void lower(Block block, Apply dot, int batch) {
    View to = block.result(dot, dot.result());
    multiply(block, dot, batch, Scales.PLAIN, to, to);
  }

  /// The product is added where the addend lies, or to a copy of it where the result belongs.
  static void lower(Block block, Apply apply, Gemm gemm, int position) {
    Variable addend = apply.operand(2);
    View z = block.view(addend);
    View to;
    boolean free =
        block.placed(apply.result()).isEmpty()
            && block.mayOverwrite(addend, position)
            && block.view(apply.operand(0)).slot() != z.slot()
            && block.view(apply.operand(1)).slot() != z.slot();
    if (free) {
      to = z;
      block.overwrite(apply.result(), z);
    } else {
      to = block.result(apply, apply.result());
    }
    multiply(block, apply, 0, new Scales(gemm.alpha(), gemm.beta()), z, to);
  }

  /// Sizes of a product; vectors count as matrices of one row or column.
  private record Sizes(int batch, long m, long n, long k) {
    double work() {
      return (double) m * n * k;
    }
  }

  /// @param addend where the result goes or elsewhere
  private static void multiply(
      Block block, Apply apply, int batch, Scales scales, View addend, View to) {
    View x = block.view(apply.operand(0));
    View y = block.view(apply.operand(1));
    boolean xIsVector = x.layout().rank() == batch + 1;
    boolean yIsVector = y.layout().rank() == batch + 1;
    Sizes sizes =
        new Sizes(
            batch,
            xIsVector ? 1 : x.layout().dim(batch),
            yIsVector ? 1 : y.layout().dim(batch + 1),
            y.layout().dim(batch));
    if (to.layout().size() == 0 || sizes.k == 0) {
      bring(block, scales, addend, to);
      scaleAddend(block, scales, to);
      return;
    }
    checkSizes(apply, sizes);
    if (sizes.m == 1 && sizes.n > 1) {
      // A row by a matrix is the transposed matrix by a column.
      View matrix = matrixView(y, batch, false, true);
      int axis = xIsVector ? batch : batch + 1;
      vectorProduct(block, sizes, sizes.n, matrix, x, axis, addend, to, scales);
    } else if (sizes.n == 1) {
      View matrix = matrixView(x, batch, xIsVector, false);
      vectorProduct(block, sizes, sizes.m, matrix, y, batch, addend, to, scales);
    } else {
      Optional<Tiles> tiles = block.tools().kernels().tiles(to.dtype());
      if (tiles.isPresent() && sizes.n >= tiles.get().lanes()) {
        tiledProduct(block, sizes, tiles.get(), x, y, scales, addend, to);
      } else if (sizes.work() <= FEW) {
        narrowProduct(block, batch, x, y, scales, addend, to);
      } else {
        matrixProduct(block, sizes, x, y, addend, to, scales);
      }
    }
  }

  /// Copies the addend where BLAS adds to it: to the result.
  private static void bring(Block block, Scales scales, View addend, View to) {
    if (scales.addend != 0 && addend.slot() != to.slot()) {
      block.emit(new CopyNest(addend, to), addend, to);
    }
  }

  /// The sum with a product of no terms.
  private static void scaleAddend(Block block, Scales scales, View to) {
    if (scales.addend == 0) {
      block.emit(new ZeroFill(to, block.tools()), to);
    } else if (scales.addend != 1) {
      StepBuilder steps = new StepBuilder(List.of(new Operand.Memory(to.dtype())));
      int scale = steps.literal(to.dtype(), scales.addend);
      Loop loop = steps.loop(List.of(steps.binary(BinaryFn.MUL, to.dtype(), 0, scale)));
      LoopNest.Place place = LoopNest.Place.of(to);
      LoopNest.Builder nest =
          new LoopNest.Builder(
              loop,
              to.layout().shape(),
              List.of(place),
              List.of(place),
              block.tools().kernels(),
              block.tools().workers(),
              block.tools().threads());
      block.emit(nest.build(), to);
    }
  }

  private static void checkSizes(Apply apply, Sizes sizes) {
    long largest = Integer.MAX_VALUE;
    if (sizes.m > largest || sizes.n > largest || sizes.k > largest) {
      throw EvaluationException.of(
          apply,
          "sizes %d, %d and %d: BLAS cannot multiply matrices of more than %d rows or columns"
              .formatted(sizes.m, sizes.k, sizes.n, largest));
    }
  }

  /// The view with exactly two axes behind the batch: a vector gets one of length 1 in front.
  private static View matrixView(View view, int batch, boolean isVector, boolean transpose) {
    Layout layout = view.layout();
    long[] shape = Arrays.copyOf(layout.shape(), batch + 2);
    long[] strides = Arrays.copyOf(layout.strides(), batch + 2);
    if (isVector) {
      shape[batch + 1] = shape[batch];
      strides[batch + 1] = strides[batch];
      shape[batch] = 1;
      strides[batch] = 0;
    } else if (transpose) {
      long length = shape[batch];
      shape[batch] = shape[batch + 1];
      shape[batch + 1] = length;
      long stride = strides[batch];
      strides[batch] = strides[batch + 1];
      strides[batch + 1] = stride;
    }
    return view.with(Layout.of(layout.offset(), shape, strides));
  }

  private static void tiledProduct(
      Block block, Sizes sizes, Tiles tiles, View x, View y, Scales scales, View addend, View to) {
    int batch = sizes.batch;
    boolean packed = batch == 0 && block.isInvariant(y);
    View right = packed ? block.packed(y, tiles) : y;
    View added = TiledProduct.canAddTo(addend) ? addend : block.copy(addend);
    int axis = sizes.m > sizes.n || packed ? batch : batch + 1;
    int count = parts(block, sizes, to.layout().dim(axis));
    List<TiledProduct> parts = new ArrayList<>();
    for (int part = 0; part < count; part++) {
      Slot scratch = block.allocate(TiledProduct.scratchBytes(tiles, to.dtype()));
      block.touch(scratch);
      parts.add(
          new TiledProduct(
              tiles,
              batch,
              scales.product,
              axis == batch ? part(x, batch, part, count) : x,
              axis == batch ? right : part(right, batch + 1, part, count),
              packed,
              scales.addend,
              part(added, axis, part, count),
              part(to, axis, part, count),
              scratch));
    }
    block.emit(
        count == 1 ? parts.getFirst() : new Parallel(parts, block.tools().workers()),
        x,
        right,
        added,
        to);
  }

  private static void narrowProduct(
      Block block, int batch, View x, View y, Scales scales, View addend, View to) {
    bring(block, scales, addend, to);
    Nest nest = batchNest(batch, x, y, to);
    block.emit(new NarrowProduct(x, y, to, nest, batch, scales.product, scales.addend), x, y, to);
  }

  private static void matrixProduct(
      Block block, Sizes sizes, View x, View y, View addend, View to, Scales scales) {
    bring(block, scales, addend, to);
    int batch = sizes.batch;
    View left = readable(block, x, batch);
    View right = readable(block, y, batch);
    if (matrix(right, batch).orElseThrow().transposed()
        && sizes.work() <= UNPACKED
        && block.isInvariant(right)) {
      right = block.copy(right);
    }
    int axis = sizes.m > sizes.n ? batch : batch + 1;
    List<BatchedProduct> parts = new ArrayList<>();
    int count = parts(block, sizes, to.layout().dim(axis));
    for (int part = 0; part < count; part++) {
      View x0 = axis == batch ? part(left, batch, part, count) : left;
      View y0 = axis == batch ? right : part(right, batch + 1, part, count);
      parts.add(product(block, batch, x0, y0, part(to, axis, part, count), scales));
    }
    Instruction instruction =
        count == 1 ? parts.getFirst() : new Parallel(parts, block.tools().workers());
    block.emit(instruction, left, right, to);
  }

  /// Into how many parts a product is divided, one for a thread.
  private static int parts(Block block, Sizes sizes, long length) {
    return sizes.work() >= SEVERAL_THREADS
        ? (int) Math.min(block.tools().threads(), Math.max(1, length / NARROWEST))
        : 1;
  }

  /// A part of an axis, made of whole vectors.
  private static View part(View view, int axis, int part, int parts) {
    long length = view.layout().dim(axis);
    long from = boundary(length, part, parts);
    long to = boundary(length, part + 1, parts);
    return view.with(view.layout().slice(axis, from, to - from, 1));
  }

  private static long boundary(long length, int part, int parts) {
    return part == parts ? length : length * part / parts / VECTOR * VECTOR;
  }

  /// The call for matrices that BLAS can read.
  private static BatchedProduct product(
      Block block, int batch, View x, View y, View to, Scales scales) {
    BlasCall call =
        block
            .tools()
            .blas()
            .gemm(
                to.dtype(),
                (int) x.layout().dim(batch),
                (int) y.layout().dim(batch + 1),
                (int) y.layout().dim(batch),
                scales.product,
                matrix(x, batch).orElseThrow(),
                matrix(y, batch).orElseThrow(),
                scales.addend,
                (int) to.layout().stride(batch));
    return new BatchedProduct(call, batchNest(batch, x, y, to), x, y, to);
  }

  /// @param axis along which the vector's elements lie
  private static void vectorProduct(
      Block block,
      Sizes sizes,
      long rows,
      View matrix,
      View vector,
      int axis,
      View addend,
      View to,
      Scales scales) {
    bring(block, scales, addend, to);
    int batch = sizes.batch;
    View left = readable(block, matrix, batch);
    long step = vector.layout().stride(axis);
    boolean isReadable = sizes.k == 1 || (step >= 1 && step <= Integer.MAX_VALUE);
    View right = isReadable ? vector : block.copy(vector);
    step = sizes.k == 1 ? 1 : right.layout().stride(axis);
    BlasCall call =
        block
            .tools()
            .blas()
            .gemv(
                to.dtype(),
                (int) rows,
                (int) sizes.k,
                scales.product,
                matrix(left, batch).orElseThrow(),
                (int) step,
                scales.addend,
                1);
    block.emit(
        new BatchedProduct(call, batchNest(batch, left, right, to), left, right, to),
        left,
        right,
        to);
  }

  private static Nest batchNest(int batch, View x, View y, View to) {
    return Nest.of(
        Arrays.copyOf(to.layout().shape(), batch),
        List.of(
            Arrays.copyOf(x.strides(), batch),
            Arrays.copyOf(y.strides(), batch),
            Arrays.copyOf(to.strides(), batch)));
  }

  /// The operand, or a copy where BLAS cannot read its layout.
  private static View readable(Block block, View view, int batch) {
    return matrix(view, batch).isPresent() ? view : block.copy(view);
  }

  /// How BLAS reads the last two axes: one of them must have adjacent elements, the other a step
  /// that is not less than a row.
  private static Optional<Blas.Matrix> matrix(View view, int batch) {
    long rows = view.layout().dim(batch);
    long columns = view.layout().dim(batch + 1);
    long rowStep = view.layout().stride(batch);
    long columnStep = view.layout().stride(batch + 1);
    long leading = rows == 1 ? columns : rowStep;
    if ((columns == 1 || columnStep == 1) && isLeading(leading, columns)) {
      return Optional.of(new Blas.Matrix(false, (int) leading));
    }
    leading = columns == 1 ? rows : columnStep;
    if ((rows == 1 || rowStep == 1) && isLeading(leading, rows)) {
      return Optional.of(new Blas.Matrix(true, (int) leading));
    }
    return Optional.empty();
  }

  private static boolean isLeading(long leading, long length) {
    return leading >= length && leading <= Integer.MAX_VALUE;
  }
}
