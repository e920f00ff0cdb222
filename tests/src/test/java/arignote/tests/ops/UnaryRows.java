package arignote.tests.ops;

import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/// The rows of the functions of one element.
final class UnaryRows {
  /// What a library function may be off, whoever's it is.
  private static final double LIBRARY = 4;

  private UnaryRows() {}

  static List<OpRow> rows() {
    List<OpRow> rows = new ArrayList<>();
    for (UnaryFn fn : UnaryFn.values()) {
      List<DType> dtypes = Shapes.ALL.stream().filter(fn::accepts).toList();
      rows.add(
          new OpRow(
              fn.mnemonic(),
              dtypes,
              isDifferentiable(fn),
              (dtype, sizes) ->
                  Shapes.examples(
                      (size, shape) ->
                          Example.of(
                              new Unary(fn),
                              tolerance(fn, dtype),
                              new Operand(size.type(dtype, shape), domain(fn).withEdges())),
                      sizes)));
    }
    return rows;
  }

  private static Domain domain(UnaryFn fn) {
    return switch (fn) {
      case NEG, SQUARE, SIN, COS, ATAN, SIGMOID, SOFTPLUS, TANH -> Domain.of(-6, 6);
      case ABS, SIGN, RELU -> Domain.of(-6, 6).smoothBetween(0.1, 3);
      case EXP -> Domain.of(-30, 30).smoothBetween(-2, 2);
      case EXPM1, SINH, COSH, ERF -> Domain.of(-4, 4).smoothBetween(-2, 2);
      case ERFC -> Domain.of(-3, 9).smoothBetween(-2, 2);
      case LOG, SQRT, RSQRT, RECIPROCAL -> Domain.of(0.01, 50).smoothBetween(0.2, 3);
      case LOG1P -> Domain.of(-0.99, 50).smoothBetween(-0.8, 2);
      case TAN -> Domain.of(-1.5, 1.5).smoothBetween(-1, 1);
      case ASIN, ACOS -> Domain.of(-1, 1).smoothBetween(-0.9, 0.9);
      case FLOOR, CEIL -> Domain.of(-40, 40).smoothBetween(2.05, 2.95);
      case ROUND -> Domain.of(-40, 40).smoothBetween(1.55, 2.45);
      case ISNAN, ISINF, NOT -> Domain.of(-40, 40);
    };
  }

  private static Tolerance tolerance(UnaryFn fn, DType dtype) {
    return switch (fn) {
      case NEG, ABS, SIGN, SQRT, SQUARE, RECIPROCAL, RELU, FLOOR, CEIL, ROUND, ISNAN, ISINF, NOT ->
          Tolerance.EXACT;
      case RSQRT -> Tolerance.ulps(dtype, 2);
      case EXP,
          EXPM1,
          LOG,
          LOG1P,
          SIN,
          COS,
          TAN,
          ASIN,
          ACOS,
          ATAN,
          SINH,
          COSH,
          TANH,
          ERF,
          SIGMOID,
          SOFTPLUS ->
          Tolerance.ulps(dtype, LIBRARY);
      case ERFC -> Tolerance.ulps(dtype, 2 * LIBRARY);
    };
  }

  private static boolean isDifferentiable(UnaryFn fn) {
    return switch (fn) {
      case NEG,
          ABS,
          SIGN,
          EXP,
          EXPM1,
          LOG,
          LOG1P,
          SQRT,
          RSQRT,
          SQUARE,
          RECIPROCAL,
          SIN,
          COS,
          TAN,
          ASIN,
          ACOS,
          ATAN,
          SINH,
          COSH,
          TANH,
          ERF,
          ERFC,
          SIGMOID,
          SOFTPLUS,
          RELU,
          FLOOR,
          CEIL,
          ROUND ->
          true;
      case ISNAN, ISINF, NOT -> false;
    };
  }
}
