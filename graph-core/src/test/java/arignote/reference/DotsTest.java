package arignote.reference;

import static arignote.reference.Evaluated.counted;
import static arignote.reference.Evaluated.f32;
import static arignote.reference.Evaluated.f64;
import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.ir.op.Dot;
import arignote.ir.op.Gemm;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import org.junit.jupiter.api.Test;

class DotsTest {
  @Test
  void matricesAndVectorsMultiplyInEveryCombination() {
    assertEquals(
        "f32[2,2] [[10.0, 13.0], [28.0, 40.0]]",
        Evaluated.text(new Dot(0), counted(2, 3), counted(3, 2)));
    assertEquals("f32[2] [5.0, 14.0]", Evaluated.text(new Dot(0), counted(2, 3), counted(3)));
    assertEquals("f32[2] [10.0, 13.0]", Evaluated.text(new Dot(0), counted(3), counted(3, 2)));
    assertEquals("f32 5.0", Evaluated.text(new Dot(0), counted(3), counted(3)));
  }

  @Test
  void batchAxesStay() {
    assertEquals(
        "f32[2,1,1] [[[1.0]], [[13.0]]]",
        Evaluated.text(new Dot(1), counted(2, 1, 2), counted(2, 2, 1)));
    assertEquals("f32[2] [1.0, 13.0]", Evaluated.text(new Dot(1), counted(2, 2), counted(2, 2)));
    assertEquals(
        "f32[1,2,1] [[[1.0], [13.0]]]",
        Evaluated.text(new Dot(2), counted(1, 2, 2), counted(1, 2, 2, 1)));
  }

  @Test
  void theSumOverNothingIsZero() {
    assertEquals(
        "f32[1,2] [[0.0, 0.0]]",
        Evaluated.text(
            new Dot(0), HostTensor.zeros(DType.F32, 1, 0), HostTensor.zeros(DType.F32, 0, 2)));
    assertEquals(
        "f32[0,2] []",
        Evaluated.text(new Dot(0), HostTensor.zeros(DType.F32, 0, 3), counted(3, 2)));
  }

  @Test
  void theResultIsRoundedOnce() {
    assertEquals("f32 1.0", Evaluated.text(new Dot(0), f32(1e8, 1, -1e8), f32(1, 1, 1)));
    assertEquals("f64 3.0", Evaluated.text(new Dot(0), f64(1e100, 3, 1e100), f64(1, 1, -1)));
    double x = 1 + 0x1p-30;
    assertEquals("f64 " + 0x1p-60, Evaluated.text(new Dot(0), f64(x, 1 + 0x1p-29), f64(x, -1)));
  }

  @Test
  void infinitiesAndNanComeThrough() {
    double inf = Double.POSITIVE_INFINITY;
    assertEquals("f64 inf", Evaluated.text(new Dot(0), f64(inf, 1), f64(2, 3)));
    assertEquals("f64 nan", Evaluated.text(new Dot(0), f64(inf, 1), f64(0, 3)));
    assertEquals("f32 nan", Evaluated.text(new Dot(0), f32(inf, inf), f32(1, -1)));
  }

  @Test
  void scaledProductsAreAddedToScaledMatrices() {
    Gemm op = new Gemm(2, -1);
    assertEquals(
        "f32[2,2] [[20.0, 25.0], [54.0, 77.0]]",
        Evaluated.text(op, counted(2, 3), counted(3, 2), counted(2, 2)));
    assertEquals(
        "f32[1,2] [[0.0, -1.0]]",
        Evaluated.text(
            op,
            HostTensor.zeros(DType.F32, 1, 0),
            HostTensor.zeros(DType.F32, 0, 2),
            counted(1, 2)));
  }

  @Test
  void theSumWithAProductIsRoundedOnceAndItsScalesToTheDtype() {
    HostTensor one = HostTensor.of(new float[] {1}, 1, 1);
    HostTensor large = HostTensor.of(new float[] {1e8f}, 1, 1);
    HostTensor minusLarge = HostTensor.of(new float[] {-1e8f}, 1, 1);
    HostTensor scale = HostTensor.of(new float[] {1 + 0x1p-23f}, 1, 1);
    assertEquals(
        "f32[1,1] [[11.920929]]", Evaluated.text(new Gemm(1, 1), scale, large, minusLarge));
    HostTensor minusOne = HostTensor.of(new float[] {-1}, 1, 1);
    assertEquals("f32[1,1] [[0.0]]", Evaluated.text(new Gemm(1 + 0x1p-30, 1), one, one, minusOne));
  }
}
