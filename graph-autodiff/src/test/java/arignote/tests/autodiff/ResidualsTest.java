package arignote.tests.autodiff;

import static arignote.dsl.Maths.exp;
import static arignote.dsl.Maths.relu;
import static arignote.dsl.Maths.select;
import static arignote.dsl.Maths.sigmoid;
import static arignote.dsl.Maths.sin;
import static arignote.dsl.Maths.tanh;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import arignote.autodiff.Gradients;
import arignote.dsl.Loop;
import arignote.dsl.Step;
import arignote.dsl.Values;
import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Scan;
import arignote.ir.text.IrPrinter;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What a loop keeps for its gradient, and what the steps back compute.
class ResidualsTest {
  private static final Dim T = Dim.symbol("T");
  private static final Dim B = Dim.symbol("B");
  private static final Dim D = Dim.symbol("D");

  private final Input x = new Input("x", TensorType.of(DType.F32, T, B, D));
  private final Input mask = new Input("mask", TensorType.of(DType.F32, T, B));
  private final Input w = new Input("w", TensorType.of(DType.F32, D, D));
  private final Variable zero = Values.zeros(DType.F32, B, D);

  private static List<Apply> scans(List<Variable> outputs) {
    return Graph.appliesOf(outputs).stream().filter(apply -> apply.op() instanceof Scan).toList();
  }

  private static Scan scan(Apply apply) {
    return (Scan) apply.op();
  }

  /// What the gradient of a loss makes the loop that it comes from stack in addition, and the ops
  /// of the steps back: `h tanh | mul dot`.
  private static String plan(Variable loss, List<Variable> wrt) {
    Scan forward = scan(scans(List.of(loss)).getFirst());
    List<Apply> found = scans(Gradients.grad(loss, wrt));
    Stream<Variable> kept =
        found.stream()
            .map(ResidualsTest::scan)
            .filter(scan -> scan.body().inputs().equals(forward.body().inputs()))
            .flatMap(scan -> scan.body().outputs().stream().skip(forward.body().outputs().size()));
    Scan back = scan(found.getLast());
    assertEquals(!forward.reverse(), back.reverse());
    return words(kept.map(ResidualsTest::name))
        + " | "
        + words(back.body().applies().stream().map(apply -> apply.op().mnemonic()).distinct());
  }

  private static String name(Variable variable) {
    return switch (variable) {
      case Input input -> input.name();
      case Result result -> result.apply().op().mnemonic();
      default -> variable.toString();
    };
  }

  private static String words(Stream<String> words) {
    return String.join(" ", words.toList());
  }

  @Test
  void productsAndTanhAreKept() {
    Variable last = Loop.scan((Variable) x, zero, (in, h) -> tanh(in.add(h.dot(w)))).last();
    // The new state is stacked already; tanh' is written with it.
    assertEquals("x | broadcast square sub mul dot transpose add", plan(last.sum(), List.of(w)));
  }

  @Test
  void nothingIsKeptForSums() {
    Variable last = Loop.scan((Variable) x, zero, (in, h) -> in.add(h).mul(2)).last();
    assertEquals(" | broadcast mul", plan(last.sum(), List.of(x)));
  }

  @Test
  void masksAreBroadcastAgain() {
    record In(Variable x, Variable mask) {}
    Variable last =
        Loop.scan(
                new In(x, mask),
                zero,
                (in, h) -> select(in.mask().gt(0).expandDims(1), tanh(in.x().add(h)), h))
            .last();
    assertEquals(
        "tanh | broadcast gt reshape fill select square sub mul add", plan(last.sum(), List.of(x)));
  }

  @Test
  void ofAReluOnlyTheSignIsKept() {
    Variable last =
        Loop.over((Variable) x)
            .emit(zero, (in, h) -> new Step<>(relu(in.dot(w).add(h)).add(in), List.<Variable>of()))
            .last();
    assertEquals("gt | broadcast select dot add", plan(last.sum(), List.of(x)));
  }

  @Test
  void theSmallerOfTwoFormsIsKept() {
    Input row = new Input("row", TensorType.of(DType.F32, T, D));
    // exp of a row is needed for each of B rows: it is kept as one.
    Variable last =
        Loop.scan(
                (Variable) row, zero, (in, h) -> h.mul(Values.zeros(DType.F32, B, D).add(exp(in))))
            .last();
    Variable initialGradient = Gradients.grad(last.sum(), zero);
    Scan stacking =
        scans(List.of(initialGradient)).stream()
            .map(ResidualsTest::scan)
            .filter(scan -> !scan.reverse())
            .findFirst()
            .orElseThrow();
    assertEquals(TensorType.of(DType.F32, D), stacking.body().outputs().getLast().type());
  }

  @Test
  void cheapArithmeticOnWhatIsThereIsDoneAgain() {
    // z = a * b is needed by the product with h; a and b are kept for each other's sake.
    Variable last =
        Loop.scan(
                (Variable) x,
                zero,
                (in, h) -> {
                  Variable a = sigmoid(in.dot(w));
                  Variable b = tanh(in.dot(w));
                  return a.mul(b).mul(h).add(h);
                })
            .last();
    String plan = plan(last.sum(), List.of(w));
    assertEquals("x sigmoid tanh", plan.substring(0, plan.indexOf(" |")));
  }

  @Test
  void whatDoesNotChangeIsComputedOnceOutside() {
    Variable last =
        Loop.scan((Variable) x, zero, (in, h) -> h.dot(w.exp()).add(in.mul(w.sum()))).last();
    List<Variable> gradients = Gradients.grad(last.sum(), List.of(x));
    Scan back = scan(scans(gradients).getLast());
    assertEquals(
        "dot mul", words(back.body().applies().stream().map(apply -> apply.op().mnemonic())));
    assertEquals(2, back.capturedInputs().size());
  }

  @Test
  void theLoopThatKeepsIsTheSameLoop() {
    Variable last = Loop.scan((Variable) x, zero, (in, h) -> sin(in.add(h.dot(w)))).last();
    Apply forward = ((Result) last).apply();
    Apply stacking = scans(List.of(Gradients.grad(last.sum(), (Variable) w))).getFirst();
    assertEquals(forward.operands(), stacking.operands());
    Graph before = scan(forward).body();
    Graph after = scan(stacking).body();
    assertEquals(before.inputs(), after.inputs());
    assertEquals(before.outputs(), after.outputs().subList(0, before.outputs().size()));
    assertSame(forward.site(), stacking.site());
  }

  @Test
  void inactiveCarriesHaveNoPartInIt() {
    Input start = new Input("start", TensorType.of(DType.F32, B, D));
    record State(Variable sum, Variable unrelated, Variable count) {}
    State last =
        Loop.scan(
                (Variable) x,
                new State(start, start.exp(), Values.constant(DType.F32, 0)),
                (in, s) ->
                    new State(s.sum().mul(in), tanh(s.unrelated().mul(w.sum())), s.count().add(1)))
            .last();
    List<Apply> found = scans(List.of(Gradients.grad(last.sum().sum(), (Variable) start)));
    Scan back = scan(found.getLast());
    assertEquals(1, back.carries());
    assertEquals("mul", words(back.body().applies().stream().map(apply -> apply.op().mnemonic())));
  }

  @Test
  void innerLoopsKeepTheirResidualsThroughTheOuterOne() {
    Variable last =
        Loop.scan(
                (Variable) x,
                zero,
                (in, h) ->
                    Loop.scan(in, h.get(0), (row, s) -> tanh(row.add(s.dot(w)))).last().add(h))
            .last();
    List<Variable> gradients = Gradients.grad(last.sum(), List.of(w));
    Scan outerBack = scan(scans(gradients).getLast());
    List<Scan> inner = new ArrayList<>();
    for (Apply apply : outerBack.body().applies()) {
      if (apply.op() instanceof Scan scan) {
        inner.add(scan);
      }
    }
    assertEquals(1, inner.size(), IrPrinter.print(outerBack.body()));
    assertEquals(true, inner.getFirst().reverse());
  }
}
