package arignote.tests.ops;

import arignote.ir.op.ArgReduce;
import arignote.ir.op.ArgReduceFn;
import arignote.ir.op.Reduce;
import arignote.ir.op.ReduceFn;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The rows of the ops that combine elements along axes.
final class ReductionRows {
  /// Order does not matter to these, in whatever precision they are added up.
  private static final List<Double> ADDED =
      List.of(0.0, -0.0, Double.NaN, Double.POSITIVE_INFINITY, 1.0, -1.0);

  private static final double LARGEST_ADDED = 4;

  private static final class Case {
    final List<Integer> axes;
    final boolean thorough;
    final long[] shape;

    Case(List<Integer> axes, boolean thorough, long... shape) {
      this.axes = axes;
      this.thorough = thorough;
      this.shape = shape;
    }
  }

  private static final List<Case> CASES =
      List.of(
          new Case(List.of(0), true, 17),
          new Case(List.of(0), true, 5, 7),
          new Case(List.of(1), true, 5, 7),
          new Case(List.of(0, 1), true, 5, 7),
          new Case(List.of(1), true, 2, 3, 5),
          new Case(List.of(0, 2), true, 2, 3, 5),
          new Case(List.of(), true, 5, 7),
          new Case(List.of(), false),
          new Case(List.of(0), false, 1),
          new Case(List.of(0), false, 7),
          new Case(List.of(0), false, 8),
          new Case(List.of(0), false, 15),
          new Case(List.of(0), false, 16),
          new Case(List.of(0), false, 31),
          new Case(List.of(0), false, 33),
          new Case(List.of(1), false, 33, 16),
          new Case(List.of(0), false, 16, 33),
          new Case(List.of(1), false, 4, 1, 6),
          new Case(List.of(0, 1, 2), false, 3, 4, 5),
          new Case(List.of(2), false, 0, 3, 4),
          new Case(List.of(1), false, 0, 0),
          new Case(List.of(0), false, 300, 101),
          new Case(List.of(1), false, 300, 101),
          new Case(List.of(0, 1), false, 300, 101));

  /// What only functions with a neutral element can do.
  private static final List<Case> EMPTY =
      List.of(
          new Case(List.of(0), false, 0),
          new Case(List.of(1), false, 3, 0),
          new Case(List.of(0), false, 0, 3),
          new Case(List.of(0, 1), false, 0, 3));

  private ReductionRows() {}

  static List<OpRow> rows() {
    List<OpRow> rows = new ArrayList<>();
    for (ReduceFn fn : ReduceFn.values()) {
      List<DType> dtypes = Shapes.ALL.stream().filter(fn::accepts).toList();
      rows.add(
          new OpRow(
              fn.mnemonic(),
              dtypes,
              isDifferentiable(fn),
              (dtype, sizes) -> reductions(fn, dtype, sizes)));
    }
    for (ArgReduceFn fn : ArgReduceFn.values()) {
      rows.add(
          new OpRow(
              fn.mnemonic(),
              Shapes.NUMERIC,
              false,
              (dtype, sizes) -> argReductions(fn, dtype, sizes)));
    }
    return rows;
  }

  private static List<Example> reductions(ReduceFn fn, DType dtype, Sizes sizes) {
    List<Case> cases = new ArrayList<>(CASES);
    if (hasNeutralElement(fn)) {
      cases.addAll(EMPTY);
    }
    List<Example> examples = new ArrayList<>();
    for (Case reduction : cases) {
      Example example =
          Example.of(
              new Reduce(fn, reduction.axes),
              tolerance(fn, dtype, elements(reduction)),
              new Operand(sizes.type(dtype, reduction.shape), domain(fn)));
      examples.add(reduction.thorough ? example : example.plain());
    }
    return examples;
  }

  private static long elements(Case reduction) {
    long elements = 1;
    for (int axis : reduction.axes) {
      elements *= reduction.shape[axis];
    }
    return elements;
  }

  private static boolean hasNeutralElement(ReduceFn fn) {
    return switch (fn) {
      case SUM, PROD, ANY, ALL -> true;
      case MAX, MIN -> false;
    };
  }

  private static boolean isDifferentiable(ReduceFn fn) {
    return switch (fn) {
      case SUM, PROD, MAX, MIN -> true;
      case ANY, ALL -> false;
    };
  }

  private static Domain domain(ReduceFn fn) {
    return switch (fn) {
      case SUM -> Domain.of(-LARGEST_ADDED, LARGEST_ADDED).withSpecials(ADDED);
      case PROD -> Domain.of(0.7, 1.3).withSpecials(ADDED);
      case MAX, MIN -> Domain.of(-100, 100).withEdges();
      case ANY, ALL -> Domain.of(0, 1);
    };
  }

  private static Tolerance tolerance(ReduceFn fn, DType dtype, long elements) {
    return switch (fn) {
      case SUM -> Tolerance.ofSum(dtype, elements, LARGEST_ADDED);
      case PROD -> Tolerance.ulps(dtype, elements + 1.0);
      case MAX, MIN, ANY, ALL -> Tolerance.EXACT;
    };
  }

  private static List<Example> argReductions(ArgReduceFn fn, DType dtype, Sizes sizes) {
    List<Example> examples = new ArrayList<>();
    for (Case reduction : CASES) {
      if (reduction.axes.size() == 1 && Arrays.stream(reduction.shape).sum() < 300) {
        Example example =
            Example.of(
                new ArgReduce(fn, reduction.axes.getFirst()),
                Tolerance.EXACT,
                new Operand(
                    sizes.type(dtype, reduction.shape), Domain.wholeNumbers(-3, 3).withEdges()));
        examples.add(reduction.thorough ? example : example.plain());
      }
    }
    return examples;
  }
}
