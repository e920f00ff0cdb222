package arignote.tests.autodiff;

import static arignote.autodiff.Gradients.considerConstant;
import static arignote.autodiff.Gradients.grad;
import static arignote.autodiff.Gradients.gradClip;
import static arignote.autodiff.Gradients.gradScale;
import static arignote.autodiff.Gradients.knownGradients;
import static arignote.autodiff.Gradients.stopGradient;
import static arignote.autodiff.testing.GraphAssertions.assertThat;
import static arignote.dsl.Maths.select;
import static arignote.tests.autodiff.Evaluations.scalar;
import static arignote.tests.autodiff.Evaluations.show;
import static arignote.tests.autodiff.Evaluations.vector;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import arignote.autodiff.Checkpoints;
import arignote.autodiff.Disconnected;
import arignote.autodiff.GradientException;
import arignote.autodiff.Jacobians;
import arignote.autodiff.Truncation;
import arignote.autodiff.testing.GradientCheck;
import arignote.dsl.Conditional;
import arignote.dsl.Loop;
import arignote.dsl.Maths;
import arignote.dsl.Step;
import arignote.dsl.Stopped;
import arignote.dsl.Values;
import arignote.ir.Input;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a model says about its own gradients, with derivatives known in closed form.
class GradientControlTest {
  private final Input x = Values.input("x", DType.F64, "N");
  private final Input a = Values.input("a", DType.F64);
  private final Variable start = a;

  private String gradientAt(Variable loss, double... at) {
    return show(grad(loss, x), Map.of(x, vector(at)));
  }

  @Test
  void noGradientFlowsThroughWhatIsStopped() {
    assertThat(grad(x.mul(stopGradient(x)).sum(), x)).isEquivalentTo("x");
    assertThat(grad(x.mul(considerConstant(x.square())).sum(), x)).isEquivalentTo("x ^ 2");
    assertEquals("[0.0, 0.0]", gradientAt(stopGradient(x).sum(), 1, 2));
    assertThat(stopGradient(x)).isStructurally("x");
  }

  @Test
  void constantsAreStatedOutsideOfTheModelToo() {
    Variable middle = x.square();
    Variable gradient =
        grad(x.mul(middle).sum(), List.of(x), Disconnected.ERROR, List.of(middle)).getFirst();
    assertThat(gradient).isEquivalentTo("x ^ 2");
  }

  @Test
  void clippedOnTheWayBackOnly() {
    // The gradient of 3 x^2 is 6 x, in bounds of -2 and 3.
    Variable loss = gradClip(x, -2, 3).square().mul(3).sum();
    assertEquals("[-2.0, 1.5, 3.0]", gradientAt(loss, -1, 0.25, 10));
    assertThat(loss).isEquivalentTo("sum(3 * x ^ 2)");
    assertEquals(
        "grad_clip: the lower bound 1.0 must not be above the upper bound 0.0",
        assertThrows(TypeException.class, () -> gradClip(x, 1, 0))
            .getMessage()
            .replaceAll(" \\(.*", ""));
  }

  @Test
  void scaledOnTheWayBackOnly() {
    Variable loss = gradScale(x, -0.5).square().sum();
    assertEquals("[-1.0, 3.0]", gradientAt(loss, 1, -3));
    assertThat(loss).isEquivalentTo("sum(x ^ 2)");
  }

  @Test
  void gradientsThatAreKnown() {
    Variable y = x.square();
    Variable z = x.exp();
    Input dy = Values.input("dy", DType.F64, "N");
    assertThat(knownGradients(Map.of(y, dy), x)).isEquivalentTo("2 * x * dy");
    Map<Variable, Variable> known = new java.util.LinkedHashMap<>();
    known.put(y, dy);
    known.put(z, x);
    assertThat(knownGradients(known, List.of((Variable) x)).getFirst())
        .isEquivalentTo("2 * x * dy + exp(x) * x");
    assertThrows(GradientException.class, () -> knownGradients(Map.of(y, dy.sum()), x));
  }

  /// What is not taken at 0 has an infinite slope there, or no value.
  @Test
  void theUntakenSideOfASelectMakesNoNan() {
    Variable positive = x.gt(0);
    assertEquals("[0.5, 0.0]", gradientAt(select(positive, x.log(), 0).sum(), 2, 0));
    assertEquals("[0.25, 0.0]", gradientAt(select(positive, x.sqrt(), 0).sum(), 4, 0));
    assertEquals("[-0.25, 1.0]", gradientAt(select(positive, Maths.div(1, x), x).sum(), 2, 0));
    Variable overflow = x.mul(1000).exp();
    assertEquals(
        "[0.0, 1000.0]", gradientAt(select(positive, Values.zerosLike(x), overflow).sum(), 5, 0));
    // Through several ops, sums of several, views, and a factor that is infinite.
    Variable log = x.log();
    assertEquals("[0.5, 0.0]", gradientAt(select(positive, log.neg().mul(-1), 0).sum(), 2, 0));
    assertEquals(
        "[1.0, 0.0]",
        gradientAt(select(positive, log, 0).sum().add(select(x.ge(1), log, 0).sum()), 2, 0));
    assertEquals(
        "[0.5, 0.0]", gradientAt(select(positive.expandDims(1), log.expandDims(1), 0).sum(), 2, 0));
    assertEquals(
        "[1.6931471805599454, 0.0]", gradientAt(select(positive, x.mul(log), 0).sum(), 2, 0));
    // The side that is taken keeps its infinity.
    assertEquals("[inf]", gradientAt(select(x.ge(0), x.log(), 0).sum(), 0));
  }

  @Test
  void secondDerivativesOfTheUntakenSideToo() {
    Variable loss = select(x.gt(0), x.log(), 0).sum();
    Variable second = grad(grad(loss, x).sum(), x);
    assertEquals("[-0.25, 0.0]", show(second, Map.of(x, vector(2, 0))).replace("-0.0", "0.0"));
  }

  @Test
  void theUntakenBranchOfACondMakesNoNan() {
    Variable loss = Conditional.cond(a.gt(0), () -> a.log(), () -> a.mul(3));
    assertEquals("0.5", show(grad(loss, a), Map.of(a, scalar(2))));
    assertEquals("3.0", show(grad(loss, a), Map.of(a, scalar(0))));
  }

  /// Doubles until it is above 100: `a * 2^n` after `n` steps.
  private Stopped<Variable> doubled(int most) {
    return Loop.steps(most)
        .until(
            start,
            (_, value) -> {
              Variable next = value.mul(2);
              return new Step<>(next, next.gt(100));
            });
  }

  @ParameterizedTest
  @CsvSource({"3, 6, 192, 64", "60, 1, 120, 2", "1, 7, 128, 128", "0.5, 8, 128, 256"})
  void loopsThatEndAtACondition(double at, long steps, double last, double slope) {
    Stopped<Variable> run = doubled(20);
    Map<Input, HostTensor> values = Map.of(a, scalar(at));
    assertEquals(Long.toString(steps), show(run.steps(), values));
    assertEquals(Double.toString(last), show(run.last(), values));
    assertEquals(Double.toString(slope), show(grad(run.last(), a), values));
    assertEquals(Double.toString(last), show(run.history().get(-1), values));
  }

  @Test
  void gradientsOfTheHistoryOfAnEndedLoop() {
    // 48, 96, 192, 192: the sum is 2 + 4 + 8 + 8 times 24.
    Variable sum = doubled(4).history().sum();
    assertEquals("528.0", show(sum, Map.of(a, scalar(24))));
    assertEquals("22.0", show(grad(sum, a), Map.of(a, scalar(24))));
  }

  @Test
  void stepsBehindTheEndComputeNothing() {
    // Newton's steps towards the root of a; behind the end the index would be out of range.
    Input table = Values.input("table", DType.F64, 3);
    Stopped<Variable> run =
        Loop.steps(10)
            .until(
                (Variable) Values.constant(DType.F64, 0),
                (i, sum) -> new Step<>(sum.add(table.take(i, 0)), i.ge(2)));
    Map<Input, HostTensor> values = Map.of(table, vector(1, 2, 4));
    assertEquals("7.0", show(run.last(), values));
    assertEquals("[1.0, 1.0, 1.0]", show(grad(run.last(), table), values));
  }

  @Test
  void whatEndsALoopMustBeABool() {
    TypeException error =
        assertThrows(
            TypeException.class,
            () -> Loop.steps(3).until(start, (_, v) -> new Step<>(v, v.expandDims(0).gt(0))));
    assertEquals(
        "scan: what until() ends at must be a scalar bool, the step returns bool[1]; compare, or reduce with all() or any()",
        String.valueOf(error.getMessage()).replaceAll(" \\(.*", ""));
  }

  /// The state after t steps is `a * x0 * .. * xt`.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void truncatedBackPropagation(boolean known) {
    Input xs = known ? Values.input("xs", DType.F64, 4) : Values.input("xs", DType.F64, "T");
    Map<Input, HostTensor> values = Map.of(xs, vector(2, 3, 5, 7), a, scalar(1));
    Variable last = Truncation.scan(2, xs, start, (x, s) -> s.mul(x)).last();
    assertEquals("210.0", show(last, values));
    assertEquals("[0.0, 0.0, 42.0, 30.0]", show(grad(last, xs), values));
    assertEquals("0.0", show(grad(last, a), values));
    Variable history = Truncation.scan(2, xs, start, (x, s) -> s.mul(x)).history();
    assertEquals("[2.0, 6.0, 30.0, 210.0]", show(history, values));
    // 30 and 210 depend on the last two steps; what they start from is constant.
    assertEquals("[0.0, 0.0, 48.0, 30.0]", show(grad(history.sum(), xs), values));
    Variable all = Truncation.scan(9, xs, start, (x, s) -> s.mul(x)).last();
    assertEquals("[105.0, 70.0, 42.0, 30.0]", show(grad(all, xs), values));
    assertThrows(TypeException.class, () -> Truncation.scan(0, xs, start, (x, s) -> s.mul(x)));
  }

  record State(Variable h, Variable sum) {}

  private static State step(Variable w, Variable x, State s) {
    Variable h = Maths.tanh(x.add(s.h().dot(w)));
    return new State(h, s.sum().add(h.square().sum()));
  }

  private static State plain(List<Variable> in) {
    State start = new State(in.get(1), Values.constant(DType.F64, 0));
    return Loop.scan(in.get(0), start, (x, s) -> step(in.get(2), x, s)).last();
  }

  private static State kept(int every, List<Variable> in) {
    State start = new State(in.get(1), Values.constant(DType.F64, 0));
    return Checkpoints.scan(every, in.get(0), start, (x, s) -> step(in.get(2), x, s));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7, 8, 20})
  void checkpointsChangeNoGradient(int every) {
    Input xs = Values.input("xs", DType.F64, "T", 3);
    Input h = Values.input("h", DType.F64, 3);
    Input w = Values.input("w", DType.F64, 3, 3);
    List<Variable> in = List.of(xs, h, w);
    List<Variable> expected = grad(plain(in).sum(), in);
    List<Variable> found = grad(kept(every, in).sum(), in);
    Random random = new Random(5);
    Map<Input, HostTensor> values =
        Map.of(
            xs, Evaluations.uniform(random, -1, 1, 7, 3),
            h, Evaluations.uniform(random, -1, 1, 3),
            w, Evaluations.uniform(random, -1, 1, 3, 3));
    for (int i = 0; i < 3; i++) {
      HostTensor one = Evaluations.evaluate(List.of(expected.get(i)), values).getFirst();
      HostTensor other = Evaluations.evaluate(List.of(found.get(i)), values).getFirst();
      for (long e = 0; e < one.size(); e++) {
        assertEquals(one.getDouble(e), other.getDouble(e), 1e-12);
      }
    }
  }

  @Test
  void secondDerivativesOfCheckpoints() {
    Random random = new Random(6);
    GradientCheck.checkSecondOrder(
        3,
        List.of(
            Evaluations.uniform(random, -1, 1, 5, 2),
            Evaluations.uniform(random, -1, 1, 2),
            Evaluations.uniform(random, -1, 1, 2, 2)),
        in -> List.of(kept(2, in).sum()));
  }

  @Test
  void partsThatAreComputedAgain() {
    Variable y = Checkpoints.checkpoint(x, v -> Maths.sin(v.exp().mul(a)));
    assertThat(grad(y.sum(), x)).isEquivalentTo("cos(exp(x) * a) * exp(x) * a");
  }

  @Test
  void hessianVectorProductsThroughALoop() {
    // The loss is the product of all x, to the power of steps.
    Random random = new Random(8);
    HostTensor w = Evaluations.uniform(random, -1, 1, 3, 3);
    HostTensor v = Evaluations.uniform(random, -1, 1, 3, 3);
    Input at = Values.input("w", DType.F64, 3, 3);
    Input along = Values.input("v", DType.F64, 3, 3);
    Variable h = Values.constant(HostTensor.of(new double[] {1, -0.5, 0.25}, 3));
    Variable last = Loop.steps(4).scan(h, (_, s) -> Maths.tanh(s.dot(at))).last();
    Variable loss = last.square().sum();
    Variable forwardOverReverse =
        Jacobians.jvp(List.of(grad(loss, at)), List.of(at), List.of(along)).getFirst();
    Variable reverseOverReverse = grad(grad(loss, at).mul(along).sum(), at);
    Variable whole = Jacobians.hessian(loss, at).reshape(9, 9).dot(along.reshape(9)).reshape(3, 3);
    Map<Input, HostTensor> values = Map.of(at, w, along, v);
    List<HostTensor> found =
        Evaluations.evaluate(List.of(forwardOverReverse, reverseOverReverse, whole), values);
    double step = 1e-6;
    HostTensor more = w.copy();
    HostTensor less = w.copy();
    for (long e = 0; e < 9; e++) {
      more.setDouble(e, w.getDouble(e) + step * v.getDouble(e));
      less.setDouble(e, w.getDouble(e) - step * v.getDouble(e));
    }
    Variable gradient = grad(loss, at);
    HostTensor up = Evaluations.evaluate(List.of(gradient), Map.of(at, more)).getFirst();
    HostTensor down = Evaluations.evaluate(List.of(gradient), Map.of(at, less)).getFirst();
    for (long e = 0; e < 9; e++) {
      double numeric = (up.getDouble(e) - down.getDouble(e)) / (2 * step);
      for (HostTensor way : found) {
        assertEquals(numeric, way.getDouble(e), 1e-8);
      }
    }
  }

  @Test
  void theJvpOfALoop() {
    // d/da of a * 2^5 along 3.
    Variable last = Loop.steps(5).scan(start, (_, s) -> s.mul(2)).last();
    Variable along =
        Jacobians.jvp(List.of(last), List.of(a), List.of(Values.constant(DType.F64, 3))).getFirst();
    assertEquals("96.0", show(along, Map.of(a, scalar(1))));
  }
}
