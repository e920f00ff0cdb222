package arignote.reference;

import static arignote.reference.Evaluated.bool;
import static arignote.reference.Evaluated.counted;
import static arignote.reference.Evaluated.f32;
import static arignote.reference.Evaluated.i64;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.EvaluationException;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Concat;
import arignote.ir.op.Op;
import arignote.ir.op.Pad;
import arignote.ir.op.Reshape;
import arignote.ir.op.Slice;
import arignote.ir.op.Transpose;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class MovementTest {
  private static final Dim T = Dim.symbol("T");
  private static final Dim B = Dim.symbol("B");

  private static Slice slice(int axis, long start, long size, long step) {
    return new Slice(axis, Dim.of(start), Dim.of(size), step);
  }

  private static Pad pad(int axis, long start, long size, long step) {
    return new Pad(axis, Dim.of(start), Dim.of(size), step);
  }

  private static List<Dim> dims(long... lengths) {
    return TensorType.of(DType.F32, lengths).shape();
  }

  @Test
  void broadcastRepeatsAlongNewAndUnitAxes() {
    assertEquals(
        "f32[2,2,3] [[[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]], [[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]]]",
        Evaluated.text(new Broadcast(dims(2, 2, 3)), counted(2, 1)));
    assertEquals(
        "f32[3] [7.0, 7.0, 7.0]",
        Evaluated.text(new Broadcast(dims(3)), HostTensor.scalar(DType.F32, 7.0)));
    assertEquals("f32[0] []", Evaluated.text(new Broadcast(dims(0)), f32(7)));
  }

  @Test
  void transposePermutesAxes() {
    assertEquals(
        "f32[3,2] [[0.0, 3.0], [1.0, 4.0], [2.0, 5.0]]",
        Evaluated.text(new Transpose(List.of(1, 0)), counted(2, 3)));
    HostTensor result = Evaluated.all(new Transpose(List.of(2, 0, 1)), counted(2, 3, 4)).getFirst();
    assertEquals(List.of(4L, 2L, 3L), result.shapeAsList());
    assertEquals((1 * 3 + 2) * 4 + 3, result.getLong((3 * 2 + 1) * 3 + 2));
  }

  @Test
  void sliceStepsBothWays() {
    assertEquals("f32[2] [1.0, 4.0]", Evaluated.text(slice(0, 1, 2, 3), counted(5)));
    assertEquals(
        "f32[5] [4.0, 3.0, 2.0, 1.0, 0.0]", Evaluated.text(slice(0, 4, 5, -1), counted(5)));
    assertEquals(
        "f32[2,2] [[2.0, 0.0], [5.0, 3.0]]", Evaluated.text(slice(1, 2, 2, -2), counted(2, 3)));
    assertEquals("f32[2,0] [[], []]", Evaluated.text(slice(1, 99, 0, 1), counted(2, 3)));
  }

  @Test
  void padPutsBackWhatSliceTakes() {
    assertEquals("f32[5] [0.0, 1.0, 0.0, 0.0, 2.0]", Evaluated.text(pad(0, 1, 5, 3), f32(1, 2)));
    assertEquals("f32[3] [3.0, 2.0, 1.0]", Evaluated.text(pad(0, 2, 3, -1), f32(1, 2, 3)));
    assertEquals("bool[3] [false, true, false]", Evaluated.text(pad(0, 1, 3, 1), bool(true)));
    assertEquals(
        "f32[2,2] [[0.0, 0.0], [0.0, 0.0]]",
        Evaluated.text(pad(1, 0, 2, 1), HostTensor.zeros(DType.F32, 2, 0)));
  }

  @Test
  void concatJoinsAlongAnAxis() {
    assertEquals(
        "f32[2,3] [[0.0, 1.0, 0.0], [2.0, 3.0, 1.0]]",
        Evaluated.text(new Concat(1), counted(2, 2), counted(2, 1)));
    assertEquals(
        "f32[3,1] [[0.0], [1.0], [0.0]]",
        Evaluated.text(
            new Concat(0), counted(2, 1), HostTensor.zeros(DType.F32, 0, 1), counted(1, 1)));
  }

  @Test
  void reshapeKeepsRowMajorOrder() {
    assertEquals(
        "f32[3,2] [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]",
        Evaluated.text(new Reshape(dims(3, 2)), counted(2, 3)));
    assertEquals("f32 0.0", Evaluated.text(new Reshape(List.of()), counted(1, 1)));
  }

  @Test
  void allBitsOfLongsMove() {
    assertEquals(
        "i64[2] [9007199254740993, 1]",
        Evaluated.text(slice(0, 1, 2, -1), i64(1, 9007199254740993L)));
  }

  @Test
  void sizesAreCheckedOnceSymbolsAreBound() {
    TensorType matrix = TensorType.of(DType.F32, T, B);
    assertFails(
        "reshape: cannot reshape f32[T,B] to f32[6], the numbers of elements are 8 and 6 with"
            + " {T=4, B=2}; operands: x (",
        new Reshape(dims(6)),
        matrix,
        counted(4, 2));
    assertFails(
        "slice: positions 0 to 4 in steps of 1 lie outside axis 0 of length 4; from f32[T,B] to"
            + " f32[5,B] with {T=4, B=2}; operands: x (",
        new Slice(0, Dim.of(0), Dim.of(5), 1),
        matrix,
        counted(4, 2));
    assertFails(
        "slice: positions -1 to 0 in steps of 1 lie outside axis 0 of length 4; ",
        new Slice(0, B.minus(3), Dim.of(2), 1),
        matrix,
        counted(4, 2));
    assertFails(
        "pad: positions 2 to 5 in steps of 1 lie outside axis 0 of length 5; ",
        new Pad(0, B, T.plus(1), 1),
        matrix,
        counted(4, 2));
    assertFails(
        "slice: axis 1 of a shape [T, B-3] gets the negative length -1 with {T=4, B=2}",
        new Slice(1, Dim.of(0), B.minus(3), 1),
        matrix,
        counted(4, 2));
    assertFails(
        "slice: positions 0 to 9223372036854775807 in steps of 9223372036854775807 lie outside",
        new Slice(0, Dim.of(0), T, Long.MAX_VALUE),
        matrix,
        counted(4, 2));
  }

  private static void assertFails(String message, Op op, TensorType type, HostTensor value) {
    Input input = new Input("x", type);
    Graph graph = new Graph(List.of(input), List.of(Apply.of(op, List.of(input)).result()));
    EvaluationException error =
        assertThrows(EvaluationException.class, () -> Interpreter.evaluate(graph, List.of(value)));
    assertTrue(error.getMessage().startsWith(message), error.getMessage());
  }
}
