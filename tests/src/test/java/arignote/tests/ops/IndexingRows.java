package arignote.tests.ops;

import arignote.ir.Apply;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.op.Gather;
import arignote.ir.op.Scatter;
import arignote.ir.op.ScatterFn;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/// The rows of the ops that find elements by indices.
final class IndexingRows {
  private static final double LARGEST = 4;
  private static final Domain VALUES = Domain.of(-LARGEST, LARGEST);

  /// Which axis is indexed, how many axes are walked together, and the two shapes.
  private static final class Case {
    final int axis;
    final int batch;
    final boolean thorough;
    final long[] x;
    final long[] indices;

    Case(int axis, int batch, boolean thorough, long[] x, long... indices) {
      this.axis = axis;
      this.batch = batch;
      this.thorough = thorough;
      this.x = x;
      this.indices = indices;
    }
  }

  private static final List<Case> CASES =
      List.of(
          new Case(0, 0, true, dims(5, 3), 4),
          new Case(0, 0, true, dims(5, 3), 2, 4),
          new Case(1, 0, true, dims(5, 3), 7),
          new Case(1, 0, true, dims(2, 3, 5), 2, 2),
          new Case(0, 0, true, dims(6)),
          new Case(1, 0, true, dims(4, 6)),
          new Case(1, 1, true, dims(4, 6), 4),
          new Case(2, 1, true, dims(2, 3, 4), 2, 5),
          new Case(1, 1, true, dims(2, 3, 4), 2, 5),
          new Case(2, 2, true, dims(2, 3, 4), 2, 3),
          new Case(0, 0, false, dims(100, 16), 33),
          new Case(0, 0, false, dims(7), 31),
          new Case(0, 0, false, dims(5, 3), 0),
          new Case(0, 0, false, dims(5, 0), 2),
          new Case(0, 0, false, dims(0, 3), 0),
          new Case(1, 1, false, dims(0, 3), 0));

  private IndexingRows() {}

  private static long[] dims(long... lengths) {
    return lengths;
  }

  static List<OpRow> rows() {
    return List.of(
        new OpRow("gather", Shapes.ALL, true, IndexingRows::gathers),
        new OpRow(
            ScatterFn.ADD.mnemonic(),
            Shapes.NUMERIC,
            true,
            (dtype, sizes) -> scatters(ScatterFn.ADD, dtype, sizes)),
        new OpRow(
            ScatterFn.SET.mnemonic(),
            Shapes.ALL,
            true,
            (dtype, sizes) -> scatters(ScatterFn.SET, dtype, sizes)));
  }

  private static List<Example> gathers(DType dtype, Sizes sizes) {
    List<Example> examples = new ArrayList<>();
    for (Case taken : CASES) {
      for (DType indexDtype : indexDtypes(taken)) {
        Example example =
            Example.of(
                new Gather(taken.axis, taken.batch),
                Tolerance.EXACT,
                new Operand(sizes.type(dtype, taken.x), VALUES),
                indices(taken, indexDtype, sizes));
        examples.add(taken.thorough ? example : example.plain());
      }
    }
    return examples;
  }

  private static List<Example> scatters(ScatterFn fn, DType dtype, Sizes sizes) {
    List<Example> examples = new ArrayList<>();
    for (Case put : CASES) {
      for (DType indexDtype : indexDtypes(put)) {
        TensorType x = sizes.type(dtype, put.x);
        Operand indices = indices(put, indexDtype, sizes);
        TensorType updates =
            Apply.of(
                    new Gather(put.axis, put.batch),
                    List.of(new Input("x", x), new Input("indices", indices.type())))
                .result()
                .type();
        Example example =
            Example.of(
                new Scatter(fn, put.axis, put.batch),
                tolerance(fn, dtype, put),
                new Operand(x, VALUES),
                indices,
                new Operand(updates, VALUES));
        examples.add(put.thorough ? example : example.plain());
      }
    }
    return examples;
  }

  /// Both for the simplest cases.
  private static List<DType> indexDtypes(Case indexed) {
    return indexed.x.length == 2 && indexed.axis == 0
        ? List.of(DType.I64, DType.I32)
        : List.of(DType.I64);
  }

  private static Operand indices(Case indexed, DType dtype, Sizes sizes) {
    return new Operand(
        sizes.type(dtype, indexed.indices),
        Domain.wholeNumbers(0, (double) Math.max(0, indexed.x[indexed.axis] - 1)));
  }

  /// All indices may be the same.
  private static Tolerance tolerance(ScatterFn fn, DType dtype, Case put) {
    return switch (fn) {
      case ADD -> {
        long additions = 1;
        for (long length : put.indices) {
          additions *= length;
        }
        yield Tolerance.ofSum(dtype, additions + 1, LARGEST);
      }
      case SET -> Tolerance.EXACT;
    };
  }
}
