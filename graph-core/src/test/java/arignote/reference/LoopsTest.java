package arignote.reference;

import static arignote.reference.Evaluated.counted;
import static arignote.reference.Evaluated.f32;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.EvaluationException;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Fused;
import arignote.ir.op.Scan;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopsTest {
  private static final TensorType SCALAR = TensorType.scalar(DType.F32);

  private static Variable add(Variable x, Variable y) {
    return Apply.of(new Binary(BinaryFn.ADD), List.of(x, y)).result();
  }

  private static Variable mul(Variable x, Variable y) {
    return Apply.of(new Binary(BinaryFn.MUL), List.of(x, y)).result();
  }

  /// `s' = s * k + x`, stacking `s'` and `x`.
  private static Scan horner(Dim steps, boolean reverse) {
    Input x = new Input("x", SCALAR);
    Input s = new Input("s", SCALAR);
    Input k = new Input("k", SCALAR);
    Variable next = add(mul(s, k), x);
    return new Scan(new Graph(List.of(x, s, k), List.of(next, next, x)), 1, 1, steps, reverse);
  }

  private static HostTensor scalar(double value) {
    return HostTensor.scalar(DType.F32, value);
  }

  @Test
  void carriesRunThroughTheSteps() {
    assertEquals(
        "f32 1234.0; f32[4] [1.0, 12.0, 123.0, 1234.0]; f32[4] [1.0, 2.0, 3.0, 4.0]",
        Evaluated.text(horner(Dim.of(4), false), f32(1, 2, 3, 4), scalar(0), scalar(10)));
  }

  @Test
  void inReverseEachStepStacksWhereItRead() {
    assertEquals(
        "f32 4321.0; f32[4] [4321.0, 432.0, 43.0, 4.0]; f32[4] [1.0, 2.0, 3.0, 4.0]",
        Evaluated.text(horner(Dim.of(4), true), f32(1, 2, 3, 4), scalar(0), scalar(10)));
  }

  @Test
  void noStepsLeaveTheInitialCarries() {
    assertEquals(
        "f32 7.0; f32[0] []; f32[0] []",
        Evaluated.text(horner(Dim.of(0), false), f32(), scalar(7), scalar(10)));
  }

  @Test
  void aLoopWithoutSequencesHasAStepCount() {
    Input s = new Input("s", SCALAR);
    Scan doubling = new Scan(new Graph(List.of(s), List.of(add(s, s))), 0, 1, Dim.of(10), false);
    assertEquals("f32 1024.0", Evaluated.text(doubling, scalar(1)));
  }

  @Test
  void carriesMayExchange() {
    Input a = new Input("a", SCALAR);
    Input b = new Input("b", SCALAR);
    Scan fibonacci =
        new Scan(new Graph(List.of(a, b), List.of(b, add(a, b), a)), 0, 2, Dim.of(7), false);
    assertEquals(
        "f32 13.0; f32 21.0; f32[7] [0.0, 1.0, 1.0, 2.0, 3.0, 5.0, 8.0]",
        Evaluated.text(fibonacci, scalar(0), scalar(1)));
  }

  @Test
  void scansNest() {
    TensorType row = TensorType.of(DType.F32, 3);
    Input r = new Input("r", row);
    Input total = new Input("total", SCALAR);
    Input k = new Input("k", SCALAR);
    Variable inner = Apply.of(horner(Dim.of(3), false), List.of(r, total, k)).results().getFirst();
    Scan outer =
        new Scan(new Graph(List.of(r, total, k), List.of(inner, inner)), 1, 1, Dim.of(2), false);
    HostTensor x = HostTensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    assertEquals(
        "f32 123456.0; f32[2] [123.0, 123456.0]", Evaluated.text(outer, x, scalar(0), scalar(10)));
  }

  @Test
  void negativeStepCountsAreAnError() {
    Input n = new Input("n", TensorType.of(DType.F32, Dim.symbol("N")));
    Input start = new Input("start", SCALAR);
    Input s = new Input("s", SCALAR);
    Scan scan =
        new Scan(new Graph(List.of(s), List.of(add(s, s))), 0, 1, Dim.symbol("N").minus(3), false);
    Variable last = Apply.of(scan, List.of(start)).result();
    Graph graph = new Graph(List.of(n, start), List.of(last));
    EvaluationException error =
        assertThrows(
            EvaluationException.class,
            () -> Interpreter.evaluate(graph, List.of(counted(2), scalar(1))));
    assertTrue(
        error
            .getMessage()
            .startsWith("scan: the number of steps N-3 is -1 with {N=2}; operands: start ("),
        error.getMessage());
  }

  @Test
  void fusedOpsComputeTheirBody() {
    TensorType type = TensorType.of(DType.F32, 2);
    Input x = new Input("x", type);
    Input y = new Input("y", type);
    Variable sum = add(x, y);
    Variable root = Apply.of(new Unary(UnaryFn.SQRT), List.of(sum)).result();
    Fused fused = new Fused(new Graph(List.of(x, y), List.of(root, sum)));
    assertEquals(
        "f32[2] [2.0, 3.0]; f32[2] [4.0, 9.0]", Evaluated.text(fused, f32(1, 2), f32(3, 7)));
  }
}
