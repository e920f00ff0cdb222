package arignote.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Shared;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import arignote.plan.Plan;
import arignote.reference.Interpreter;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Threads share small loops that need nothing of each other.
class SweepTest {
  private static Variable apply(UnaryFn fn, Variable x) {
    return Apply.of(new Unary(fn), List.of(x)).result();
  }

  private static Variable apply(BinaryFn fn, Variable x, Variable y) {
    return Apply.of(new Binary(fn), List.of(x, y)).result();
  }

  private static Plan plan(Compiled compiled, List<HostTensor> arguments) {
    return compiled.executable().plan(Interpreter.bind(compiled.graph(), arguments));
  }

  /// Parameters of many sizes, each updated by its gradient.
  @Test
  void updatesOfManyParametersAreOneSweep() {
    List<String> values = new ArrayList<>();
    for (int threads : new int[] {1, 2, 3, 8}) {
      Random random = new Random(4);
      List<Input> gradients = new ArrayList<>();
      List<HostTensor> arguments = new ArrayList<>();
      List<Shared> parameters = new ArrayList<>();
      List<Variable> next = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        long length = 2000L << (i % 5);
        parameters.add(new Shared("p" + i, Compiled.random(random, DType.F32, length)));
        gradients.add(new Input("g" + i, TensorType.of(DType.F32, length)));
        arguments.add(Compiled.random(random, DType.F32, length));
        next.add(apply(BinaryFn.SUB, parameters.getLast(), gradients.getLast()));
      }
      Compiled compiled = Compiled.of(new Graph(gradients, next), parameters, threads);
      assertEquals(threads > 1, plan(compiled, arguments).toString().contains("sweep"));
      compiled.call(arguments);
      compiled.call(arguments);
      StringBuilder all = new StringBuilder();
      parameters.forEach(parameter -> all.append(parameter.get().elementsToString()));
      values.add(all.toString());
    }
    values.forEach(each -> assertEquals(values.getFirst(), each));
  }

  /// Each loop reads what the one before it has written.
  @Test
  void whatNeedsSomethingElseWaits() {
    Input x = new Input("x", TensorType.of(DType.F32, 16_000));
    Variable y = x;
    for (int i = 0; i < 8; i++) {
      y = apply(i % 2 == 0 ? UnaryFn.TANH : UnaryFn.SIN, y);
    }
    List<HostTensor> arguments = List.of(Compiled.random(new Random(5), DType.F32, 16_000));
    Compiled several = Compiled.of(new Graph(List.of(x), List.of(y)), List.of(), 2);
    assertFalse(plan(several, arguments).toString().contains("sweep"));
    HostTensor one = Compiled.of(several.graph(), List.of(), 1).call(arguments).getFirst();
    assertTrue(one.sameAs(several.call(arguments).getFirst()));
  }
}
