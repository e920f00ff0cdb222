package arignote.tests.autodiff;

import static arignote.autodiff.testing.GradientCheck.checkGradient;
import static arignote.tests.autodiff.Evaluations.uniform;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import arignote.autodiff.Disconnected;
import arignote.autodiff.Gradients;
import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Cast;
import arignote.ir.op.Concat;
import arignote.ir.op.Cond;
import arignote.ir.op.CoreOp;
import arignote.ir.op.Cumulate;
import arignote.ir.op.CumulateFn;
import arignote.ir.op.Dot;
import arignote.ir.op.Fused;
import arignote.ir.op.Gather;
import arignote.ir.op.Gemm;
import arignote.ir.op.Named;
import arignote.ir.op.Pad;
import arignote.ir.op.Reduce;
import arignote.ir.op.ReduceFn;
import arignote.ir.op.Reshape;
import arignote.ir.op.Scan;
import arignote.ir.op.Scatter;
import arignote.ir.op.ScatterFn;
import arignote.ir.op.Select;
import arignote.ir.op.Slice;
import arignote.ir.op.Transpose;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every op with a gradient, first and second, against numeric differences.
class OpGradientsTest {
  private static final long SEED = 11;

  private final Random random = new Random(SEED);

  private record Row(CoreOp op, List<HostTensor> operands) {
    @Override
    public String toString() {
      return op + operands.stream().map(HostTensor::shapeAsList).toList().toString();
    }

    List<Variable> apply(List<Variable> inputs) {
      return List.copyOf(Apply.of(op, inputs).results());
    }

    /// The gradients of a weighted sum of the results.
    List<Variable> gradients(List<Variable> inputs) {
      List<Variable> outputs = new ArrayList<>();
      List<Variable> weights = new ArrayList<>();
      Random weight = new Random(SEED + 1);
      for (Result result : Apply.of(op, inputs).results()) {
        outputs.add(result);
        long[] shape =
            result.type().shape().stream().mapToLong(dim -> dim.constant().orElseThrow()).toArray();
        weights.add(new Constant(uniform(weight, -1, 1, shape)));
      }
      List<Variable> floats =
          inputs.stream().filter(input -> input.type().dtype().isFloat()).toList();
      return Gradients.vjp(outputs, weights, floats, Disconnected.ZERO);
    }
  }

  private Row row(CoreOp op, HostTensor... operands) {
    return new Row(op, List.of(operands));
  }

  private HostTensor normal(long... shape) {
    return uniform(random, -1.5, 1.5, shape);
  }

  private HostTensor positive(long... shape) {
    return uniform(random, 0.5, 2, shape);
  }

  private Row unary(UnaryFn fn) {
    HostTensor x =
        switch (fn) {
          case LOG, SQRT, RSQRT, RECIPROCAL -> positive(2, 3);
          case LOG1P, ASIN, ACOS, TAN -> uniform(random, -0.8, 0.8, 2, 3);
          case NEG, ABS, SIGN, EXP, EXPM1, SQUARE, SIN, COS, ATAN, SINH, COSH, TANH -> normal(2, 3);
          case ERF, ERFC, SIGMOID, SOFTPLUS, RELU, FLOOR, CEIL, ROUND -> normal(2, 3);
          case ISNAN, ISINF, NOT -> throw new IllegalArgumentException(fn.mnemonic());
        };
    return row(new Unary(fn), x);
  }

  private Row binary(BinaryFn fn) {
    return switch (fn) {
      case ADD, SUB, MUL, MINIMUM, MAXIMUM, ATAN2 -> row(new Binary(fn), normal(4), normal(4));
      case DIV, POW -> row(new Binary(fn), positive(4), positive(4));
      case FLOORDIV, MOD -> row(new Binary(fn), uniform(random, -5, 5, 4), positive(4));
      case AND, OR, XOR -> throw new IllegalArgumentException(fn.mnemonic());
    };
  }

  private static HostTensor integers(long... values) {
    return HostTensor.of(values, values.length);
  }

  private static List<Dim> dims(long... lengths) {
    return TensorType.of(DType.F64, lengths).shape();
  }

  private Scan scan() {
    Input x = new Input("x", TensorType.of(DType.F64, 2));
    Input h = new Input("h", TensorType.of(DType.F64, 2));
    Input w = new Input("w", TensorType.of(DType.F64, 2, 2));
    Variable next = h.dot(w).add(x).tanh();
    return new Scan(
        new Graph(List.of(x, h, w), List.of(next, next.mul(x))), 1, 1, Dim.of(3), false);
  }

  private Cond cond() {
    TensorType type = TensorType.of(DType.F64, 3);
    Input x = new Input("x", type);
    Input y = new Input("y", type);
    Input a = new Input("a", type);
    Input b = new Input("b", type);
    return new Cond(
        new Graph(List.of(x, y), List.of(x.mul(y), x)),
        new Graph(List.of(a, b), List.of(b.exp(), b)));
  }

  private Fused fused() {
    Input x = new Input("x", TensorType.of(DType.F64, 3));
    Input y = new Input("y", TensorType.of(DType.F64, 3));
    Variable z = x.mul(y).sigmoid();
    return new Fused(new Graph(List.of(x, y), List.of(z, z.add(x))));
  }

  private List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    Stream.of(UnaryFn.values())
        .filter(fn -> !NO_GRADIENT.contains(fn.mnemonic()))
        .forEach(fn -> rows.add(unary(fn)));
    Stream.of(BinaryFn.values())
        .filter(fn -> !NO_GRADIENT.contains(fn.mnemonic()))
        .forEach(fn -> rows.add(binary(fn)));
    HostTensor choices = HostTensor.of(new boolean[] {true, false, true}, 3);
    rows.add(row(new Select(), choices, normal(3), normal(3)));
    rows.add(row(new Cast(DType.F64), normal(3)));
    for (ReduceFn fn : List.of(ReduceFn.SUM, ReduceFn.PROD, ReduceFn.MAX, ReduceFn.MIN)) {
      for (List<Integer> axes :
          List.of(List.of(0), List.of(1), List.of(0, 2), List.of(0, 1, 2), List.<Integer>of())) {
        rows.add(row(new Reduce(fn, axes), normal(2, 3, 2)));
      }
    }
    HostTensor withZeros = HostTensor.of(new double[] {0, 2, 3, 0, 0, 5, 1, 2, 3}, 3, 3);
    rows.add(row(new Reduce(ReduceFn.PROD, List.of(1)), withZeros));
    for (CumulateFn fn : CumulateFn.values()) {
      for (boolean reverse : new boolean[] {false, true}) {
        rows.add(row(new Cumulate(fn, 0, reverse), normal(5)));
        rows.add(row(new Cumulate(fn, 1, reverse), normal(2, 4, 2)));
        rows.add(row(new Cumulate(fn, 0, reverse), normal(0, 3)));
      }
    }
    rows.add(row(new Cumulate(CumulateFn.PROD, 1, false), withZeros));
    rows.add(row(new Cumulate(CumulateFn.PROD, 1, true), withZeros));
    rows.add(row(new Dot(0), normal(2, 3), normal(3, 4)));
    rows.add(row(new Dot(0), normal(2, 3), normal(3)));
    rows.add(row(new Dot(0), normal(3), normal(3, 4)));
    rows.add(row(new Dot(0), normal(3), normal(3)));
    rows.add(row(new Dot(1), normal(2, 2, 3), normal(2, 3, 4)));
    rows.add(row(new Dot(1), normal(2, 2, 3), normal(2, 3)));
    rows.add(row(new Dot(1), normal(2, 3), normal(2, 3, 4)));
    rows.add(row(new Dot(1), normal(2, 3), normal(2, 3)));
    rows.add(row(new Dot(2), normal(2, 1, 3), normal(2, 1, 3)));
    rows.add(row(new Dot(2), normal(2, 1, 2, 3), normal(2, 1, 3, 2)));
    rows.add(row(new Dot(0), normal(2, 0), normal(0, 3)));
    rows.add(row(new Gemm(1, 1), normal(2, 3), normal(3, 4), normal(2, 4)));
    rows.add(row(new Gemm(-0.5, 2), normal(2, 3), normal(3, 4), normal(2, 4)));
    rows.add(row(new Broadcast(dims(2, 3, 4)), normal(3, 1)));
    rows.add(row(new Broadcast(dims(2, 3)), normal(2, 1)));
    rows.add(row(new Broadcast(dims(2, 3)), normal()));
    rows.add(row(new Broadcast(dims(1, 3)), normal(1, 3)));
    rows.add(row(new Reshape(dims(3, 2)), normal(2, 3)));
    rows.add(row(new Transpose(List.of(2, 0, 1)), normal(2, 3, 4)));
    rows.add(row(new Slice(1, Dim.of(1), Dim.of(2), 2), normal(2, 5)));
    rows.add(row(new Slice(0, Dim.of(3), Dim.of(4), -1), normal(4)));
    rows.add(row(new Pad(0, Dim.of(1), Dim.of(6), 2), normal(3)));
    rows.add(row(new Pad(0, Dim.of(2), Dim.of(4), -1), normal(2)));
    rows.add(row(new Concat(1), normal(2, 1), normal(2, 3), normal(2, 0)));
    rows.add(row(new Gather(0, 0), normal(4, 2), integers(3, 1, 3)));
    rows.add(row(new Gather(1, 0), normal(2, 4), integers(0, 0)));
    rows.add(row(new Gather(1, 1), normal(2, 4, 3), integers(3, 0)));
    rows.add(row(new Gather(2, 1), normal(2, 2, 3), HostTensor.of(new long[] {2, 0, 1, 1}, 2, 2)));
    for (ScatterFn fn : ScatterFn.values()) {
      rows.add(row(new Scatter(fn, 0, 0), normal(4, 2), integers(3, 1, 3), normal(3, 2)));
      rows.add(row(new Scatter(fn, 1, 0), normal(2, 4), integers(0, 0), normal(2, 2)));
      rows.add(row(new Scatter(fn, 1, 1), normal(2, 4, 3), integers(3, 0), normal(2, 3)));
      HostTensor each = HostTensor.of(new long[] {2, 0, 1, 1}, 2, 2);
      rows.add(row(new Scatter(fn, 2, 1), normal(2, 2, 3), each, normal(2, 2, 2)));
      rows.add(row(new Scatter(fn, 0, 0), normal(3), HostTensor.scalar(DType.I64, 1L), normal()));
    }
    rows.add(row(scan(), normal(3, 2), normal(2), normal(2, 2)));
    rows.add(row(fused(), normal(3), normal(3)));
    for (boolean taken : new boolean[] {true, false}) {
      rows.add(row(cond(), HostTensor.scalar(DType.BOOL, taken ? 1 : 0), normal(3), normal(3)));
    }
    return rows;
  }

  /// Ops of which no floating result depends on a floating operand.
  private static final Set<String> NO_GRADIENT =
      Set.of(
          "isnan",
          "isinf",
          "not",
          "and",
          "or",
          "xor",
          "eq",
          "ne",
          "lt",
          "le",
          "gt",
          "ge",
          "any",
          "all",
          "argmax",
          "argmin",
          "fill",
          "iota",
          "dim_size",
          "random");

  @TestFactory
  Stream<DynamicTest> first() {
    return rows().stream()
        .map(row ->
            dynamicTest(row.toString(), () -> checkGradient(SEED, row.operands, row::apply)));
  }

  @TestFactory
  Stream<DynamicTest> second() {
    return rows().stream()
        .map(row ->
            dynamicTest(row.toString(), () -> checkGradient(SEED, row.operands, row::gradients)));
  }

  @Test
  void everyOpIsThere() {
    Set<String> known = new HashSet<>(NO_GRADIENT);
    rows().forEach(row -> known.add(row.op.mnemonic()));
    Set<String> all = new HashSet<>();
    for (Class<?> op : CoreOp.class.getPermittedSubclasses()) {
      var components = op.getRecordComponents();
      Class<?> function = components.length == 0 ? Object.class : components[0].getType();
      if (function.isEnum() && Named.class.isAssignableFrom(function)) {
        for (Object fn : function.getEnumConstants()) {
          all.add(((Named) fn).mnemonic());
        }
      } else {
        all.add(op.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT));
      }
    }
    assertEquals(Set.of(), difference(all, known), "ops without a row");
    assertEquals(Set.of(), difference(known, all), "rows without an op");
  }

  private static Set<String> difference(Set<String> left, Set<String> right) {
    Set<String> rest = new HashSet<>(left);
    rest.removeAll(right);
    return rest;
  }
}
