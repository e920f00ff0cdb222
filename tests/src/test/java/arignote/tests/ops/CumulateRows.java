package arignote.tests.ops;

import arignote.ir.op.Cumulate;
import arignote.ir.op.CumulateFn;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/// The rows of cumulative ops.
final class CumulateRows {
  /// In any order these make the same.
  private static final List<Double> COMBINED =
      List.of(0.0, -0.0, Double.NaN, Double.POSITIVE_INFINITY, 1.0, -1.0);

  private static final double LARGEST_ADDED = 4;

  private record Case(int axis, boolean thorough, List<Long> shape) {
    static Case thorough(int axis, Long... shape) {
      return new Case(axis, true, List.of(shape));
    }

    static Case plain(int axis, Long... shape) {
      return new Case(axis, false, List.of(shape));
    }

    long[] lengths() {
      return shape.stream().mapToLong(Long::longValue).toArray();
    }
  }

  /// Long enough for lines that a GPU divides, and for all ways to share lines before that.
  private static final List<Case> CASES =
      List.of(
          Case.thorough(0, 17L),
          Case.thorough(0, 5L, 7L),
          Case.thorough(1, 5L, 7L),
          Case.thorough(1, 2L, 3L, 5L),
          Case.thorough(0, 2L, 3L, 9L),
          Case.plain(0, 1L),
          Case.plain(0, 0L),
          Case.plain(1, 3L, 0L),
          Case.plain(0, 0L, 3L),
          Case.plain(2, 0L, 3L, 4L),
          Case.plain(1, 4L, 1L, 6L),
          Case.plain(0, 33L),
          Case.plain(1, 3L, 130L),
          Case.plain(0, 300L, 101L),
          Case.plain(1, 101L, 300L),
          Case.plain(1, 3L, 40L, 2051L),
          Case.plain(1, 2L, 5001L),
          Case.plain(0, 5001L, 2L),
          Case.plain(0, 9001L));

  private CumulateRows() {}

  static List<OpRow> rows() {
    List<OpRow> rows = new ArrayList<>();
    for (CumulateFn fn : CumulateFn.values()) {
      List<DType> dtypes = Shapes.ALL.stream().filter(fn.reduction()::accepts).toList();
      rows.add(
          new OpRow(fn.mnemonic(), dtypes, true, (dtype, sizes) -> examples(fn, dtype, sizes)));
    }
    return rows;
  }

  private static List<Example> examples(CumulateFn fn, DType dtype, Sizes sizes) {
    List<Example> examples = new ArrayList<>();
    for (Case tested : CASES) {
      for (boolean reverse : new boolean[] {false, true}) {
        long[] shape = tested.lengths();
        Example example =
            Example.of(
                new Cumulate(fn, tested.axis, reverse),
                tolerance(fn, dtype, shape[tested.axis]),
                new Operand(sizes.type(dtype, shape), domain(fn, dtype, shape[tested.axis])));
        examples.add(tested.thorough ? example : example.plain());
      }
    }
    return examples;
  }

  private static Domain domain(CumulateFn fn, DType dtype, long length) {
    return switch (fn) {
      case SUM -> Domain.of(-LARGEST_ADDED, LARGEST_ADDED).withSpecials(COMBINED);
      case PROD -> dtype.isFloat() ? floatFactors(length) : integerFactors(length);
      case MAX, MIN -> Domain.of(-100, 100).withEdges();
    };
  }

  /// Long products stay in the range of floats.
  private static Domain floatFactors(long length) {
    double spread = Math.min(0.3, 60.0 / Math.max(1, length));
    return Domain.of(1 - spread, 1 + spread).withSpecials(COMBINED);
  }

  /// Of many factors 2 nothing would be left when products wrap.
  private static Domain integerFactors(long length) {
    return (length < 40 ? Domain.wholeNumbers(-3, -1) : Domain.always(3)).withSpecials(COMBINED);
  }

  private static Tolerance tolerance(CumulateFn fn, DType dtype, long length) {
    return switch (fn) {
      case SUM -> Tolerance.ofSum(dtype, length, LARGEST_ADDED);
      case PROD -> Tolerance.ulps(dtype, length + 1.0);
      case MAX, MIN -> Tolerance.EXACT;
    };
  }
}
