package arignote.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.op.DimSize;
import arignote.ir.op.Fill;
import arignote.ir.op.Iota;
import arignote.ir.op.Random;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class CreationTest {
  @Test
  void fillRoundsToTheDtype() {
    assertEquals("f32[2] [0.1, 0.1]", Evaluated.text(new Fill(0.1, TensorType.of(DType.F32, 2))));
    assertEquals("bool true", Evaluated.text(new Fill(1, TensorType.scalar(DType.BOOL))));
    assertEquals(
        "i64 -9223372036854775808",
        Evaluated.text(new Fill(-0x1p63, TensorType.scalar(DType.I64))));
    assertEquals("f64[0,2] []", Evaluated.text(new Fill(1, TensorType.of(DType.F64, 0, 2))));
  }

  @Test
  void iotaCountsAlongItsAxis() {
    TensorType type = TensorType.of(DType.I32, 2, 3);
    assertEquals("i32[2,3] [[0, 0, 0], [1, 1, 1]]", Evaluated.text(new Iota(0, type)));
    assertEquals("i32[2,3] [[0, 1, 2], [0, 1, 2]]", Evaluated.text(new Iota(1, type)));
    assertEquals("f32[0] []", Evaluated.text(new Iota(0, TensorType.of(DType.F32, 0))));
  }

  @Test
  void sizesComeFromTheArguments() {
    Dim t = Dim.symbol("T");
    Dim b = Dim.symbol("B");
    Input x = new Input("x", TensorType.of(DType.F32, t, b));
    Graph graph =
        new Graph(
            List.of(x),
            List.of(
                Apply.of(new DimSize(t.times(b)), List.of()).result(),
                Apply.of(new Fill(1, TensorType.of(DType.I32, b.plus(1))), List.of()).result()));
    assertEquals(
        "[i64 6, i32[4] [1, 1, 1, 1]]",
        Interpreter.evaluate(graph, List.of(HostTensor.zeros(DType.F32, 2, 3))).toString());
  }

  /// The first words of Random123's block for counter and key 0 are 6627e8d5 e169c58d bc57ac4c
  /// 9b00dbd8.
  @Test
  void randomNumbersAreThoseOfPhilox() {
    HostTensor zero = HostTensor.scalar(DType.I64, 0L);
    HostTensor floats =
        Evaluated.all(new Random(TensorType.of(DType.F32, 2, 2)), zero, zero).getFirst();
    assertEquals(0xbc57ac * 0x1p-24, floats.getDouble(2));
    HostTensor doubles =
        Evaluated.all(new Random(TensorType.of(DType.F64, 3)), zero, zero).getFirst();
    assertEquals(
        (((0xbc57ac4cL >>> 5) << 26) | (0x9b00dbd8L >>> 6)) * 0x1p-53, doubles.getDouble(1));
  }
}
