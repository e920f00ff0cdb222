package arignote.tests.ops;

import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Cast;
import arignote.ir.op.Compare;
import arignote.ir.op.CompareFn;
import arignote.ir.op.Select;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/// The rows of the functions of two elements, comparisons, select and cast.
final class BinaryRows {
  /// Pairs of these have quotients that are whole, or nearly so.
  private static final List<Double> DIVIDED =
      List.of(
          0.0,
          -0.0,
          1.0,
          -1.0,
          0.1,
          -0.1,
          0.3,
          3.0,
          -3.0,
          7.0,
          0.7,
          1e-3,
          1e6,
          Double.NaN,
          Double.POSITIVE_INFINITY,
          Double.NEGATIVE_INFINITY);

  /// On both sides of the bounds of integers.
  private static final List<Double> CONVERTED =
      List.of(
          0.0,
          -0.0,
          0.5,
          -0.5,
          0.999,
          -0.999,
          1e-30,
          16777217.0,
          2147483520.0,
          2147483648.0,
          -2147483648.0,
          -2147483904.0,
          1e10,
          -1e10,
          9.3e18,
          -9.3e18,
          1e30,
          -1e30,
          Double.NaN,
          Double.POSITIVE_INFINITY,
          Double.NEGATIVE_INFINITY);

  private BinaryRows() {}

  static List<OpRow> rows() {
    List<OpRow> rows = new ArrayList<>();
    for (BinaryFn fn : BinaryFn.values()) {
      List<DType> dtypes = Shapes.ALL.stream().filter(fn::accepts).toList();
      rows.add(
          new OpRow(
              fn.mnemonic(),
              dtypes,
              isDifferentiable(fn),
              (dtype, sizes) ->
                  Shapes.examples((size, shape) -> example(fn, size, dtype, shape), sizes)));
    }
    for (CompareFn fn : CompareFn.values()) {
      rows.add(
          new OpRow(
              fn.mnemonic(),
              Shapes.ALL,
              false,
              (dtype, sizes) ->
                  Shapes.examples((size, shape) -> comparison(fn, size, dtype, shape), sizes)));
    }
    rows.add(
        new OpRow(
            "select",
            Shapes.ALL,
            true,
            (dtype, sizes) ->
                Shapes.examples((size, shape) -> selection(size, dtype, shape), sizes)));
    rows.add(new OpRow("cast", Shapes.ALL, true, BinaryRows::casts));
    return rows;
  }

  private static Example example(BinaryFn fn, Sizes sizes, DType dtype, long... shape) {
    List<Domain> domains = domains(fn, dtype);
    return Example.of(
        new Binary(fn),
        tolerance(fn, dtype),
        new Operand(sizes.type(dtype, shape), domains.get(0)),
        new Operand(sizes.type(dtype, shape), domains.get(1)));
  }

  private static List<Domain> domains(BinaryFn fn, DType dtype) {
    return switch (fn) {
      case ADD, SUB, MUL, MINIMUM, MAXIMUM, ATAN2 -> both(Domain.of(-4, 4).withEdges());
      case DIV ->
          List.of(Domain.of(-4, 4).withEdges(), Domain.of(-4, 4).withEdges().smoothBetween(0.5, 2));
      case FLOORDIV, MOD ->
          List.of(
              Domain.of(-20, 20).withSpecials(DIVIDED).smoothBetween(2.5, 2.8),
              Domain.of(-6, 6).withSpecials(DIVIDED).smoothBetween(1.05, 1.2));
      case POW ->
          dtype.isFloat()
              ? List.of(
                  Domain.of(0.05, 5).withEdges().smoothBetween(0.5, 2),
                  Domain.of(-3, 3).withEdges())
              : List.of(
                  Domain.wholeNumbers(-9, 9).withEdges(), Domain.wholeNumbers(-3, 30).withEdges());
      case AND, OR, XOR -> both(Domain.of(-100, 100).withEdges());
    };
  }

  private static List<Domain> both(Domain domain) {
    return List.of(domain, domain);
  }

  private static Tolerance tolerance(BinaryFn fn, DType dtype) {
    return switch (fn) {
      case ADD, SUB, MUL, DIV, FLOORDIV, MOD, MINIMUM, MAXIMUM, AND, OR, XOR -> Tolerance.EXACT;
      case POW -> Tolerance.ulps(dtype, 8);
      case ATAN2 -> Tolerance.ulps(dtype, 4);
    };
  }

  private static boolean isDifferentiable(BinaryFn fn) {
    return switch (fn) {
      case ADD, SUB, MUL, DIV, FLOORDIV, MOD, POW, MINIMUM, MAXIMUM, ATAN2 -> true;
      case AND, OR, XOR -> false;
    };
  }

  private static Example comparison(CompareFn fn, Sizes sizes, DType dtype, long... shape) {
    Operand operand = new Operand(sizes.type(dtype, shape), Domain.wholeNumbers(-2, 2).withEdges());
    return Example.of(new Compare(fn), Tolerance.EXACT, operand, operand);
  }

  private static Example selection(Sizes sizes, DType dtype, long... shape) {
    Operand value = new Operand(sizes.type(dtype, shape), Domain.of(-100, 100).withEdges());
    return Example.of(
        new Select(),
        Tolerance.EXACT,
        new Operand(sizes.type(DType.BOOL, shape), Domain.of(0, 1)),
        value,
        value);
  }

  private static List<Example> casts(DType dtype, Sizes sizes) {
    List<Example> examples = new ArrayList<>();
    for (DType to : DType.values()) {
      Domain domain = Domain.of(-300, 300).withSpecials(CONVERTED);
      examples.addAll(
          Shapes.examples(
              (size, shape) ->
                  Example.of(
                      new Cast(to), Tolerance.EXACT, new Operand(size.type(dtype, shape), domain)),
              sizes));
    }
    return examples;
  }
}
