package arignote.tests.autodiff;

import static arignote.autodiff.testing.GradientCheck.checkGradient;
import static arignote.tests.autodiff.Evaluations.scalar;
import static arignote.tests.autodiff.Evaluations.show;
import static arignote.tests.autodiff.Evaluations.uniform;
import static arignote.tests.autodiff.Evaluations.vector;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import arignote.autodiff.CustomVjp;
import arignote.autodiff.GradientException;
import arignote.autodiff.Gradients;
import arignote.dsl.Loop;
import arignote.dsl.Maths;
import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.CustomOp;
import arignote.tensor.DType;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Gradients of ops that users add.
class CustomVjpTest {
  private static final long SEED = 5;

  /// `x * sigmoid(y)` and `x * x`.
  record Gated() implements CustomOp {
    @Override
    public String mnemonic() {
      return "gated";
    }

    @Override
    public Graph decomposition(List<TensorType> operands) {
      Input x = new Input("x", operands.get(0));
      Input y = new Input("y", operands.get(1));
      return new Graph(List.of(x, y), List.of(x.mul(y.sigmoid()), x.mul(x)));
    }
  }

  /// Rounds; its gradient is that of the identity.
  record Quantise() implements CustomOp {
    @Override
    public String mnemonic() {
      return "quantise";
    }

    @Override
    public Graph decomposition(List<TensorType> operands) {
      Input x = new Input("x", operands.get(0));
      return new Graph(List.of(x), List.of(Maths.round(x)));
    }
  }

  /// Found by `ServiceLoader`.
  public static final class StraightThrough implements CustomVjp {
    @Override
    public Class<? extends CustomOp> op() {
      return Quantise.class;
    }

    @Override
    public Map<Integer, Variable> vjp(Apply apply, List<Variable> cotangents) {
      return Map.of(0, cotangents.getFirst());
    }
  }

  /// An op whose own gradient does not fit it.
  record Wrong(int operand) implements CustomOp {
    @Override
    public String mnemonic() {
      return "wrong";
    }

    @Override
    public Graph decomposition(List<TensorType> operands) {
      Input x = new Input("x", operands.get(0));
      return new Graph(List.of(x), List.of(x.sum()));
    }
  }

  /// Found by `ServiceLoader`.
  public static final class Broken implements CustomVjp {
    @Override
    public Class<? extends CustomOp> op() {
      return Wrong.class;
    }

    @Override
    public Map<Integer, Variable> vjp(Apply apply, List<Variable> cotangents) {
      return Map.of(((Wrong) apply.op()).operand(), cotangents.getFirst());
    }
  }

  private static Variable gated(Variable x, Variable y, int result) {
    return Apply.of(new Gated(), List.of(x, y)).results().get(result);
  }

  @Test
  void throughTheDecomposition() {
    Random random = new Random(SEED);
    checkGradient(
        SEED,
        List.of(uniform(random, -1, 1, 3), uniform(random, -1, 1, 3)),
        in -> List.of(gated(in.get(0), in.get(1), 0), gated(in.get(1), in.get(0), 1)));
  }

  @Test
  void insideALoop() {
    Random random = new Random(SEED);
    checkGradient(
        SEED,
        List.of(uniform(random, -1, 1, 4, 3), uniform(random, -1, 1, 3)),
        in ->
            List.of(Loop.scan(in.get(0), in.get(1), (x, h) -> gated(x, gated(h, x, 0), 0)).last()));
  }

  @Test
  void anOwnGradientWins() {
    Input x = new Input("x", TensorType.of(DType.F64, 2));
    Variable y = Apply.of(new Quantise(), List.of(x)).result();
    Map<Input, arignote.tensor.HostTensor> at = Map.of(x, vector(1.4, 2.6));
    assertEquals("[1.0, 3.0]", show(y, at));
    assertEquals("[2.0, 6.0]", show(Gradients.grad(y.square().sum(), (Variable) x), at));
  }

  @Test
  void anOwnGradientMustFit() {
    Input x = new Input("x", TensorType.of(DType.F64, 2));
    Variable tooFar = Apply.of(new Wrong(1), List.of(x)).result();
    assertEquals(
        "wrong(f64[2]) (CustomVjpTest.java): arignote.tests.autodiff.CustomVjpTest$Broken returns a cotangent for operand 1, there is 1 operand",
        message(() -> Gradients.grad(tooFar, (Variable) x)));
    Variable otherType = Apply.of(new Wrong(0), List.of(x)).result();
    assertEquals(
        "wrong(f64[2]) (CustomVjpTest.java): arignote.tests.autodiff.CustomVjpTest$Broken returns a cotangent of type f64 for operand 0, which is f64[2]",
        message(() -> Gradients.grad(otherType, (Variable) x)));
  }

  private static String message(Runnable body) {
    return assertThrows(GradientException.class, () -> body.run())
        .getMessage()
        .replaceAll("CustomVjpTest.java:\\d+", "CustomVjpTest.java");
  }

  @Test
  void unusedResultsCostNothing() {
    Input x = new Input("x", TensorType.scalar(DType.F64));
    Input y = new Input("y", TensorType.scalar(DType.F64));
    Variable gradient = Gradients.grad(gated(x, y, 1), (Variable) x);
    assertEquals("6.0", show(gradient, Map.of(x, scalar(3))));
  }
}
