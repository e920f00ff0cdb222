package arignote.tests.autodiff;

import static arignote.autodiff.Gradients.grad;
import static arignote.tests.autodiff.Evaluations.show;
import static arignote.tests.autodiff.Evaluations.vector;
import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.dsl.Shapes;
import arignote.dsl.Values;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.text.IrPrinter;
import arignote.tensor.DType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Gradients of tensors that are taken apart.
class ShapeVjpTest {
  private static final Dim B = Dim.symbol("B");
  private static final Dim D = Dim.symbol("D");

  @Test
  void slicesSideBySideAreConcatenated() {
    Input z = new Input("z", TensorType.of(DType.F32, B, D.times(3)));
    Variable first = Shapes.slice(z, 1, 0, D);
    Variable second = Shapes.slice(z, 1, D, D.times(2));
    Variable third = Shapes.slice(z, 1, D.times(2), D.times(3));
    Variable loss = third.exp().sum().add(first.square().sum()).add(second.sum());
    assertEquals(
        """
        graph @main(%z: f32[B,3*D]) -> f32[B,3*D] {
          %0 = fill() {value=1.0} : f32
          %1 = broadcast(%0) : f32[B,D]
          %2 = slice(%z) {axis=1, start=0, size=D} : f32[B,D]
          %3 = constant {value=2.0} : f32
          %4 = broadcast(%3) : f32[B,D]
          %5 = mul(%2, %4) : f32[B,D]
          %6 = mul(%1, %5) : f32[B,D]
          %7 = broadcast(%0) : f32[B,D]
          %8 = broadcast(%0) : f32[B,D]
          %9 = slice(%z) {axis=1, start=2*D, size=D} : f32[B,D]
          %10 = exp(%9) : f32[B,D]
          %11 = mul(%8, %10) : f32[B,D]
          %12 = concat(%6, %7, %11) {axis=1} : f32[B,3*D]
          return %12
        }
        """,
        IrPrinter.print(new Graph(List.of(z), List.of(grad(loss, z)))));
  }

  @Test
  void gapsAreZero() {
    Input x = new Input("x", TensorType.of(DType.F64, 7));
    Variable loss = x.slice(0, 5, 6).sum().add(x.slice(0, 1, 3).square().sum());
    assertEquals(
        "[0.0, 4.0, 6.0, 0.0, 0.0, 1.0, 0.0]",
        show(grad(loss, x), Map.of(x, vector(1, 2, 3, 4, 5, 6, 7))));
  }

  @Test
  void overlapsAdd() {
    Input x = new Input("x", TensorType.of(DType.F64, 4));
    Variable loss =
        x.slice(0, 0, 3).sum().add(x.slice(0, 1, 4).sum()).add(x.slice(0, 1, 2).sum()).add(x.sum());
    assertEquals("[2.0, 4.0, 3.0, 2.0]", show(grad(loss, x), Map.of(x, vector(1, 2, 3, 4))));
  }

  @Test
  void overlapsOfUnknownLengthAdd() {
    Input x = new Input("x", TensorType.of(DType.F64, D));
    Variable moved = x.slice(0, 1, D).sub(x.slice(0, 0, D.minus(1)));
    assertEquals(
        "[-4.0, 0.0, 10.0, -6.0]",
        show(grad(moved.square().sum().neg().mul(-1), x), Map.of(x, vector(0, 2, 4, 1))));
  }

  @Test
  void everySecondElement() {
    Input x = new Input("x", TensorType.of(DType.F64, 5));
    Variable loss = Shapes.every(x, 0, 2).square().sum().add(Shapes.every(x, 0, -2).sum());
    assertEquals(
        "[3.0, 0.0, 7.0, 0.0, 11.0]", show(grad(loss, x), Map.of(x, vector(1, 2, 3, 4, 5))));
  }

  @Test
  void rowsTakenOneByOneCostOneConcatenation() {
    Input x = new Input("x", TensorType.of(DType.F64, 100));
    Variable loss = Values.constant(DType.F64, 0);
    for (int i = 0; i < 100; i++) {
      loss = loss.add(x.get(i).mul(i));
    }
    String text = IrPrinter.print(new Graph(List.of(x), List.of(grad(loss, x))));
    assertEquals(1, text.lines().filter(line -> line.contains("concat")).count());
    assertEquals(0, text.lines().filter(line -> line.contains("pad")).count());
  }
}
