package arignote.tests.dsl;

import static arignote.dsl.Conditional.cond;
import static arignote.dsl.Values.constant;
import static arignote.dsl.Values.input;
import static arignote.dsl.Values.shared;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.autodiff.Gradients;
import arignote.autodiff.Jacobians;
import arignote.autodiff.testing.GradientCheck;
import arignote.dsl.Loop;
import arignote.dsl.Maths;
import arignote.dsl.Nn;
import arignote.dsl.Scanned;
import arignote.dsl.Step;
import arignote.dsl.Values;
import arignote.ir.Apply;
import arignote.ir.EvaluationException;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Shared;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import arignote.ir.op.Cond;
import arignote.ir.op.Dot;
import arignote.ir.op.Scan;
import arignote.runtime.CompileOptions;
import arignote.runtime.Function;
import arignote.runtime.Mode;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Conditionals from the DSL to both ways of running them.
final class ConditionalTest {
  /// Where a function runs.
  enum Where {
    REFERENCE,
    CPU,
    CPU_AS_WRITTEN;

    CompileOptions options() {
      return switch (this) {
        case REFERENCE -> Evaluation.REFERENCE;
        case CPU -> cpu(Set.of());
        case CPU_AS_WRITTEN -> cpu(Set.of("all"));
      };
    }

    private static CompileOptions cpu(Set<String> without) {
      return new CompileOptions("cpu", Mode.FAST_RUN, without, 1, Optional.empty(), true);
    }

    Function function(List<Input> inputs, Object... outputs) {
      return Function.compile()
          .options(options())
          .inputs(inputs.toArray())
          .outputs(outputs)
          .build("f");
    }
  }

  private record Pair(Variable a, Variable b) {}

  private final Input p = input("p", DType.BOOL);
  private final Input x = input("x", DType.F64, "B");
  private final Input y = input("y", DType.F64, "B");

  private static final HostTensor YES = HostTensor.scalar(DType.BOOL, 1);
  private static final HostTensor NO = HostTensor.scalar(DType.BOOL, 0);

  private static HostTensor vector(double... values) {
    return HostTensor.of(values, values.length);
  }

  private static Cond only(Variable result) {
    return (Cond) ((Result) result).apply().op();
  }

  @ParameterizedTest
  @EnumSource
  void oneOfTwo(Where where) {
    Function f =
        where.function(List.of(p, x, y), cond(p, () -> Maths.exp(x).add(y), () -> x.sub(y)));
    assertEquals("f64[2] [1.0, 2.0]", f.call(YES, vector(0, 0), vector(0, 1)).get(0).toString());
    assertEquals("f64[2] [3.0, -5.0]", f.call(NO, vector(5, 0), vector(2, 5)).get(0).toString());
  }

  @ParameterizedTest
  @EnumSource
  void treesOfSeveralTypes(Where where) {
    Pair chosen =
        cond(p, () -> new Pair(x.sum(), x.gt(0)), () -> new Pair(constant(DType.F64, 7), y.gt(0)));
    Function f = where.function(List.of(p, x, y), chosen);
    assertEquals(
        "[f64 3.0, bool[2] [true, true]]",
        f.call(YES, vector(1, 2), vector(0, 0)).values().toString());
    assertEquals(
        "[f64 7.0, bool[2] [false, true]]",
        f.call(NO, vector(1, 2), vector(0, 1)).values().toString());
  }

  /// An index that does not exist in the other branch, also where the constant is known before.
  @ParameterizedTest
  @EnumSource
  void theBranchThatIsNotTakenDoesNotRun(Where where) {
    Input index = input("index", DType.I64, "N");
    Variable picked = cond(p, () -> x.take(index, 0).sum(), () -> x.sum());
    Function f = where.function(List.of(p, x, index), picked);
    HostTensor outside = HostTensor.of(new long[] {0, 9}, 2);
    assertEquals("f64 3.0", f.call(NO, vector(1, 2), outside).get(0).toString());
    EvaluationException error =
        assertThrows(EvaluationException.class, () -> f.call(YES, vector(1, 2), outside));
    assertTrue(
        error.getMessage().startsWith("gather: index 9 at [1] of the indices is outside 0..1"),
        error::getMessage);
  }

  /// Shapes are known before anything runs; what does not fit is still an error of one branch only.
  @ParameterizedTest
  @EnumSource
  void lengthsThatFitOneBranchOnly(Where where) {
    Variable halves = cond(p, () -> x.reshape(2, 2).sum(0).sum(), () -> x.sum());
    Function f = where.function(List.of(p, x), halves);
    assertEquals("f64 10.0", f.call(YES, vector(1, 2, 3, 4)).get(0).toString());
    assertEquals("f64 6.0", f.call(NO, vector(1, 2, 3)).get(0).toString());
    EvaluationException error =
        assertThrows(EvaluationException.class, () -> f.call(YES, vector(1, 2, 3)));
    assertTrue(error.getMessage().startsWith("reshape: "), error::getMessage);
    assertTrue(error.getMessage().contains("(ConditionalTest.java:"), error::getMessage);
  }

  @ParameterizedTest
  @EnumSource
  void afterAnErrorInABranchNothingIsUpdated(Where where) {
    Shared total = shared("total", HostTensor.scalar(DType.F64, 0.0));
    Function f =
        Function.compile()
            .options(where.options())
            .inputs(p, x)
            .outputs(cond(p, () -> x.reshape(2, 2).sum(), () -> x.sum()))
            .update(total, total.add(1))
            .build("f");
    assertThrows(EvaluationException.class, () -> f.call(YES, vector(1)));
    assertEquals(0, total.get().item());
    f.call(NO, vector(1));
    assertEquals(1, total.get().item());
  }

  @Test
  void whatWasComputedOutsideIsCapturedAndWhatALambdaComputesIsNot() {
    Variable outside = Maths.exp(x);
    Variable chosen = cond(p, () -> outside.mul(Maths.exp(y)), () -> outside);
    Cond op = only(chosen);
    assertEquals(List.of("y", "captured"), op.then().inputs().stream().map(Input::name).toList());
    assertEquals(List.of("exp", "mul"), mnemonics(op.then()));
    assertEquals(List.of(), mnemonics(op.otherwise()));
    assertEquals(List.of(p, y, outside), ((Result) chosen).apply().operands());
  }

  @Test
  void whatDependsOnNothingIsInsideToo() {
    Variable chosen =
        cond(
            p,
            () -> Values.iota(5).sum(),
            () -> constant(DType.I64, 3).mul(constant(DType.I64, 4)));
    Cond op = only(chosen);
    assertEquals(List.of("iota", "sum"), mnemonics(op.then()));
    assertEquals(List.of("mul"), mnemonics(op.otherwise()));
    assertEquals(1, ((Result) chosen).apply().operands().size());
  }

  private static List<String> mnemonics(Graph graph) {
    return graph.applies().stream().map(apply -> apply.op().mnemonic()).toList();
  }

  @ParameterizedTest
  @EnumSource
  void conditionalsNest(Where where) {
    Input q = input("q", DType.BOOL);
    Variable chosen =
        cond(
            p,
            () -> {
              Variable square = x.square();
              return cond(q, () -> square.add(y), () -> square.sub(y)).sum();
            },
            () -> cond(q, x::sum, y::sum));
    Function f = where.function(List.of(p, q, x, y), chosen);
    HostTensor two = vector(1, 2);
    HostTensor three = vector(10, 20);
    assertEquals(35, f.call(YES, YES, two, three).item());
    assertEquals(-25, f.call(YES, NO, two, three).item());
    assertEquals(3, f.call(NO, YES, two, three).item());
    assertEquals(30, f.call(NO, NO, two, three).item());
  }

  /// Collatz sequences: a branch a step, in a loop, and a conditional loop.
  @ParameterizedTest
  @EnumSource
  void insideLoopsAndAroundThem(Where where) {
    Input n = input("n", DType.I64);
    Scanned<Variable> collatz =
        Loop.scan(
            Values.zeros(DType.I64, 8),
            n,
            (_, k) ->
                cond(Maths.mod(k, 2).eq(0), () -> Maths.floordiv(k, 2), () -> k.mul(3).add(1)));
    Variable around = cond(n.gt(6), collatz::last, () -> n);
    Function f = where.function(List.of(n), collatz.history(), around);
    List<HostTensor> six = f.call(HostTensor.scalar(DType.I64, 6)).values();
    assertEquals("i64[8] [3, 10, 5, 16, 8, 4, 2, 1]", six.get(0).toString());
    assertEquals("i64 6", six.get(1).toString());
  }

  @ParameterizedTest
  @EnumSource
  void aLoopInABranchAndStepsThatChoose(Where where) {
    Input xs = input("xs", DType.F64, "T", 3);
    Input w = input("w", DType.F64, 3, 3);
    Variable zero = Values.zeros(DType.F64, 3);
    Variable run =
        cond(
            p,
            () ->
                Loop.scan(
                        xs,
                        zero,
                        (in, h) ->
                            cond(
                                in.sum().gt(0), () -> h.dot(w.transpose()).add(in), () -> h.mul(2)))
                    .last(),
            () -> xs.sum(0));
    Function f = where.function(List.of(p, xs, w), run);
    HostTensor rows = HostTensor.of(new double[] {1, 2, 3, -9, 0, 0, 1, 0, 0}, 3, 3);
    HostTensor shift = HostTensor.of(new double[] {0, 1, 0, 0, 0, 1, 1, 0, 0}, 3, 3);
    assertEquals("f64[3] [5.0, 6.0, 2.0]", f.call(YES, rows, shift).get(0).toString());
    assertEquals("f64[3] [-7.0, 2.0, 3.0]", f.call(NO, rows, shift).get(0).toString());
  }

  @ParameterizedTest
  @EnumSource
  void gradientsComeFromTheTakenSideWithoutNaN(Where where) {
    // The slope of log is infinite at 0; a select would give 0 * inf.
    Variable chosen = cond(x.min().gt(0), () -> Maths.log(x), () -> x.mul(y)).sum();
    Pair gradient = Gradients.grad(chosen, new Pair(x, y));
    Function f = where.function(List.of(x, y), gradient);
    assertEquals(
        "[f64[2] [3.0, 4.0], f64[2] [0.0, 5.0]]",
        f.call(vector(0, 5), vector(3, 4)).values().toString());
    assertEquals(
        "[f64[2] [0.5, 0.25], f64[2] [0.0, 0.0]]",
        f.call(vector(2, 4), vector(3, 4)).values().toString());
  }

  @Test
  void theGradientOfAConditionalIsOneThatTakesWhatItNeedsOnly() {
    Variable w = input("w", DType.F64, 3, 3);
    Variable v = input("v", DType.F64, 3);
    Variable loss = cond(p, () -> v.dot(w).sum(), () -> v.sum());
    List<Variable> gradients = Gradients.grad(loss, List.of(w));
    Cond back = only(gradients.getFirst());
    assertEquals(List.of("fill"), mnemonics(back.otherwise()).stream().distinct().toList());
    assertFalse(mnemonics(back.then()).contains("sum"));
    assertEquals(
        1,
        Graph.appliesOf(gradients).stream()
            .map(Apply::op)
            .filter(op -> op instanceof Cond || op instanceof Dot || op instanceof Scan)
            .count());
  }

  @Test
  void numericGradients() {
    long seed = 20110911;
    Random random = new Random(seed);
    for (HostTensor taken : List.of(YES, NO)) {
      GradientCheck.checkGradient(
          seed,
          List.of(taken, uniform(random, 4, 3), uniform(random, 3, 3), uniform(random, 3)),
          in -> {
            Scanned<Variable> run =
                Loop.scan(
                    in.get(1),
                    in.get(3),
                    (e, h) ->
                        cond(
                            e.sum().gt(0),
                            () -> Maths.tanh(h.dot(in.get(2)).add(e)),
                            () -> cond(in.get(0), () -> Maths.sin(h), () -> h.mul(e))));
            return List.of(
                run.last(),
                cond(
                    Maths.not(in.get(0)),
                    () -> Nn.softmax(run.history(), 1),
                    () -> run.history().square()));
          });
    }
  }

  /// Of gradients, along tangents, and row by row.
  @ParameterizedTest
  @EnumSource
  void higherDerivatives(Where where) {
    Input v = input("v", DType.F64, 2);
    Variable cubes = cond(p, () -> v.square().mul(v), () -> v.mul(5));
    Function f =
        where.function(
            List.of(p, v),
            Jacobians.hessian(cubes.sum(), v),
            Jacobians.jvp(List.of(cubes), List.of(v), List.of(Values.ones(DType.F64, 2)))
                .getFirst());
    assertEquals(
        "[f64[2,2] [[6.0, 0.0], [0.0, 12.0]], f64[2] [3.0, 12.0]]",
        f.call(YES, vector(1, 2)).values().toString());
    assertEquals(
        "[f64[2,2] [[0.0, 0.0], [0.0, 0.0]], f64[2] [5.0, 5.0]]",
        f.call(NO, vector(1, 2)).values().toString());
  }

  private static HostTensor uniform(Random random, long... shape) {
    HostTensor tensor = HostTensor.zeros(DType.F64, shape);
    for (long i = 0; i < tensor.size(); i++) {
      tensor.setDouble(i, random.nextDouble(-1, 1));
    }
    return tensor;
  }

  /// Steps of a loop may be skipped, and then stack what they had.
  @ParameterizedTest
  @EnumSource
  void outputsOfStepsAreStackedWhereTheyAreWritten(Where where) {
    Variable doubled =
        Loop.over(x)
            .<Variable, Variable>emit(
                constant(DType.F64, 0),
                (e, last) -> {
                  Pair both = cond(e.gt(last), () -> new Pair(e, last), () -> new Pair(last, e));
                  return new Step<>(both.a(), both.b());
                })
            .stacked();
    Function f = where.function(List.of(x), doubled);
    assertEquals(
        "f64[5] [0.0, 1.0, 2.0, 3.0, 4.0]", f.call(vector(1, 3, 2, 5, 4)).get(0).toString());
  }

  private static String message(org.junit.jupiter.api.function.Executable code) {
    TypeException error = assertThrows(TypeException.class, code);
    for (StackTraceElement frame : error.getStackTrace()) {
      if (frame.getClassName().equals(ConditionalTest.class.getName())) {
        String site = " (ConditionalTest.java:" + frame.getLineNumber() + ")";
        assertTrue(error.getMessage().endsWith(site), error::getMessage);
        return error.getMessage().substring(0, error.getMessage().length() - site.length());
      }
    }
    throw new AssertionError(error);
  }

  @Test
  void whatIsNoPredicateIsRefused() {
    assertEquals(
        "cond: the predicate must be a scalar bool, found bool[B]; compare, or reduce with all() or"
            + " any()",
        message(() -> cond(x.gt(0), () -> x, () -> x)));
    assertEquals(
        "cond: the predicate must be a scalar bool, found f64; compare, or reduce with all() or"
            + " any()",
        message(() -> cond(x.sum(), () -> x, () -> x)));
  }

  @Test
  void branchesOfDifferentTypesAreNamed() {
    assertEquals(
        "cond: then returns f64[B], otherwise f64; cast or broadcast one of them",
        message(() -> cond(p, () -> x.neg(), () -> x.sum())));
    assertEquals(
        "cond: of \"b\" then returns f64[B], otherwise bool[B]; cast or broadcast one of them",
        message(() -> cond(p, () -> new Pair(x, x), () -> new Pair(x, x.gt(y)))));
    assertEquals(
        "cond: then returns the components [0, 1], otherwise [0]; both must return the same",
        message(() -> cond(p, () -> List.of(x, y), () -> List.of(x))));
  }

  @Test
  void operandsOfTheOpAreChecked() {
    Cond op = only(cond(p, () -> x.neg(), () -> y));
    assertEquals(
        "cond: takes 3 operands; the operands are bool and f64[B], namely p and x",
        message(() -> Apply.of(op, List.of(p, x))));
    assertEquals(
        "cond: the captured value \"y\" must be f64[B], the operand is f64; operands: p and x and w",
        message(() -> Apply.of(op, List.of(p, x, input("w", DType.F64)))));
    assertEquals(
        "cond: the branches need the same inputs, then takes f64[B] and f64[B], otherwise none",
        assertThrows(
                TypeException.class,
                () -> new Cond(op.then(), new Graph(List.of(), op.then().outputs())))
            .getMessage());
  }
}
