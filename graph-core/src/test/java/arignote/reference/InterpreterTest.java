package arignote.reference;

import static arignote.reference.Evaluated.counted;
import static arignote.reference.Evaluated.f32;
import static arignote.reference.Evaluated.f64;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ir.Apply;
import arignote.ir.Bindings;
import arignote.ir.Constant;
import arignote.ir.Dim;
import arignote.ir.EvaluationException;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Shared;
import arignote.ir.Site;
import arignote.ir.TensorType;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.CustomOp;
import arignote.ir.op.Gather;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class InterpreterTest {
  private static final Dim N = Dim.symbol("N");
  private static final TensorType VECTOR = TensorType.of(DType.F32, N);

  /// `rows[indices]`, as a user's op.
  private record Lookup() implements CustomOp {
    @Override
    public String mnemonic() {
      return "lookup";
    }

    @Override
    public Graph decomposition(List<TensorType> operands) {
      Input rows = new Input("rows", operands.get(0));
      Input indices = new Input("indices", operands.get(1));
      return new Graph(
          List.of(rows, indices),
          List.of(Apply.of(new Gather(0, 0), List.of(rows, indices)).result()));
    }
  }

  @Test
  void customOpsAreTheirDecomposition() {
    assertEquals(
        "f32[1,2] [[2.0, 3.0]]", Evaluated.text(new Lookup(), counted(2, 2), Evaluated.i64(1)));
  }

  @Test
  void errorsInsideACustomOpNameTheLineThatUsesIt() {
    Input rows = new Input("rows", TensorType.of(DType.F32, 2, 2));
    Input indices = new Input("indices", TensorType.of(DType.I64, 1));
    Site site = new Site("Model", "step", "Model.java", 41);
    Apply lookup = Apply.of(new Lookup(), List.of(rows, indices), site);
    Graph graph = new Graph(List.of(rows, indices), List.of(lookup.result()));
    EvaluationException error =
        assertThrows(
            EvaluationException.class,
            () -> Interpreter.evaluate(graph, List.of(counted(2, 2), Evaluated.i64(2))));
    assertTrue(error.getMessage().startsWith("gather: index 2 "), error.getMessage());
    assertTrue(error.getMessage().endsWith(" (Model.java:41)"), error.getMessage());
  }

  @Test
  void sharedVariablesAndConstantsAreLeaves() {
    Shared shared = new Shared("w", f32(1, 2));
    Constant constant = new Constant(f32(10, 20));
    Variable sum = Apply.of(new Binary(BinaryFn.ADD), List.of(shared, constant)).result();
    Graph graph = new Graph(List.of(), List.of(sum, shared, constant));
    assertEquals(
        "[f32[2] [11.0, 22.0], f32[2] [1.0, 2.0], f32[2] [10.0, 20.0]]",
        Interpreter.evaluate(graph, List.of()).toString());
  }

  @Test
  void everyResultIsATensorOfItsOwn() {
    Shared shared = new Shared("w", f32(1));
    Input x = new Input("x", TensorType.of(DType.F32, 1));
    Variable y = Apply.of(new Unary(UnaryFn.NEG), List.of(x)).result();
    HostTensor argument = f32(5);
    List<HostTensor> results =
        Interpreter.evaluate(new Graph(List.of(x), List.of(shared, x, y, y)), List.of(argument));
    results.forEach(result -> result.setDouble(0, 99));
    results.get(2).setDouble(0, 7);
    assertEquals("f32[1] [1.0]", shared.get().toString());
    assertEquals("f32[1] [5.0]", argument.toString());
    assertEquals("f32[1] [99.0]", results.get(3).toString());
  }

  @Test
  void unusedResultsAndInputsDoNoHarm() {
    Input x = new Input("x", VECTOR);
    Input unused = new Input("unused", VECTOR);
    Graph graph = new Graph(List.of(unused, x), List.of(x, x));
    assertEquals(
        "[f32[1] [2.0], f32[1] [2.0]]",
        Interpreter.evaluate(graph, List.of(f32(1), f32(2))).toString());
  }

  @Test
  void inputsMustHaveTheirTypes() {
    Input x = new Input("x", VECTOR);
    Input y = new Input("y", TensorType.of(DType.F32, N.plus(1)));
    Graph graph = new Graph(List.of(x, y), List.of(x));
    assertRejected("the graph takes 2 inputs, found 1", graph, f32(1));
    assertRejected("input \"x\" must be f32[N], found f64[1]", graph, f64(1), f32(1, 2));
    assertRejected("input \"x\" must be f32[N], found f32[1,2]", graph, counted(1, 2), f32(1));
    assertRejected("input \"y\" must be f32[N+1], found f32[3]", graph, f32(1), f32(1, 2, 3));
  }

  private static void assertRejected(String message, Graph graph, HostTensor... inputs) {
    TypeException error =
        assertThrows(TypeException.class, () -> Interpreter.evaluate(graph, List.of(inputs)));
    assertTrue(error.getMessage().startsWith(message), error.getMessage());
  }

  @Test
  void symbolsMayBeGiven() {
    Apply apply =
        Apply.of(new Unary(UnaryFn.NEG), List.of(new Input("x", TensorType.of(DType.F32, N))));
    assertEquals(
        "[f32[2] [-1.0, -2.0]]",
        Interpreter.apply(apply, List.of(f32(1, 2)), new Bindings().put("N", 2)).toString());
  }

  @Test
  void chainsMayBeLong() {
    Input x = new Input("x", TensorType.scalar(DType.F64));
    Variable y = x;
    for (int i = 0; i < 100_000; i++) {
      y = Apply.of(new Binary(BinaryFn.ADD), List.of(y, x)).result();
    }
    Graph graph = new Graph(List.of(x), List.of(y));
    assertEquals(
        100_001.0,
        Interpreter.evaluate(graph, List.of(HostTensor.scalar(DType.F64, 1.0))).getFirst().item());
  }
}
