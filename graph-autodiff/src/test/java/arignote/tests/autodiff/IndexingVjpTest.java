package arignote.tests.autodiff;

import static arignote.autodiff.Gradients.grad;
import static arignote.tests.autodiff.Evaluations.show;
import static arignote.tests.autodiff.Evaluations.vector;
import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.dsl.Shapes;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.text.IrPrinter;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IndexingVjpTest {
  private static final Dim N = Dim.symbol("N");

  private final Input x = new Input("x", TensorType.of(DType.F64, N));
  private final Input indices = new Input("indices", TensorType.of(DType.I64, Dim.symbol("K")));
  private final Input updates = new Input("updates", TensorType.of(DType.F64, Dim.symbol("K")));
  private final Map<Input, HostTensor> values = new LinkedHashMap<>();

  {
    values.put(x, vector(1, 2, 3, 4));
    values.put(indices, HostTensor.of(new long[] {2, 0, 2}, 3));
    values.put(updates, vector(10, 20, 30));
  }

  @Test
  void anElementReadTwiceGetsBoth() {
    Variable loss = x.take(indices, 0).mul(updates).sum();
    assertEquals("[20.0, 0.0, 40.0, 0.0]", show(grad(loss, x), values));
    assertEquals("[3.0, 1.0, 3.0]", show(grad(loss, updates), values));
  }

  @Test
  void ofUpdatesToOnePlaceTheLastIsSeen() {
    Variable weights = arignote.dsl.Values.iota(N).add(1).cast(DType.F64);
    Variable loss = Shapes.scatterSet(x, indices, updates, 0).mul(weights).sum();
    assertEquals("[0.0, 2.0, 0.0, 4.0]", show(grad(loss, x), values));
    assertEquals("[0.0, 1.0, 3.0]", show(grad(loss, updates), values));
  }

  @Test
  void updatesAddedAllCount() {
    Variable loss = Shapes.scatterAdd(x, indices, updates, 0).square().sum();
    assertEquals("[42.0, 4.0, 86.0, 8.0]", show(grad(loss, x), values));
    assertEquals("[86.0, 42.0, 86.0]", show(grad(loss, updates), values));
  }

  @Test
  void rowsReadInTwoPlacesAreScatteredIntoOneTable() {
    Variable loss = x.take(indices, 0).sum().add(x.take(indices, 0).sum()).add(x.sum());
    assertEquals(
        """
        graph @main(%x: f64[N], %indices: i64[K]) -> f64[N] {
          %0 = fill() {value=1.0} : f64
          %1 = broadcast(%0) : f64[N]
          %2 = broadcast(%0) : f64[K]
          %3 = scatter_add(%1, %indices, %2) {axis=0} : f64[N]
          %4 = broadcast(%0) : f64[K]
          %5 = scatter_add(%3, %indices, %4) {axis=0} : f64[N]
          return %5
        }
        """,
        IrPrinter.print(new Graph(List.of(x, indices), List.of(grad(loss, x)))));
    assertEquals("[3.0, 1.0, 5.0, 1.0]", show(grad(loss, x), values));
  }
}
