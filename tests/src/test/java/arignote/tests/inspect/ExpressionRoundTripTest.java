package arignote.tests.inspect;

import static arignote.autodiff.testing.Expressions.expr;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.inspect.Inspect;
import arignote.ir.Apply;
import arignote.ir.EvaluationException;
import arignote.ir.Graph;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.Fused;
import arignote.reference.Interpreter;
import arignote.tensor.HostTensor;
import arignote.tests.ops.OpCase;
import arignote.tests.ops.OpTable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Every op in the table, printed as mathematics, reads back as what prints the same and computes
/// the same.
class ExpressionRoundTripTest {
  @Test
  void everyOpReadsBack() {
    Set<String> seen = new HashSet<>();
    OpTable.cases()
        .forEach(tested -> {
          for (Variable output : tested.graph().outputs()) {
            if (isReadable(tested.graph()) && seen.add(Inspect.pp(output) + output.type())) {
              readBack(tested, output);
            }
          }
        });
    assertTrue(seen.size() > 500, "only " + seen.size() + " expressions");
  }

  /// Loops, conditionals and custom ops print as calls that leave out what is in them.
  private static boolean isReadable(Graph graph) {
    return graph.applies().stream()
        .map(Apply::op)
        .allMatch(op -> op.innerGraphs().isEmpty() || op instanceof Fused);
  }

  private static void readBack(OpCase tested, Variable output) {
    String text = Inspect.pp(output);
    if (text.contains("...")) {
      return;
    }
    Variable again = expr(text, tested.graph().inputs().toArray());
    assertEquals(text, Inspect.pp(again), tested.name());
    assertEquals(output.type(), again.type(), tested.name() + ": " + text);
    if (output instanceof Result) {
      assertEquals(values(tested, output), values(tested, again), tested.name() + ": " + text);
    }
  }

  private static String values(OpCase tested, Variable output) {
    try {
      List<HostTensor> values =
          Interpreter.evaluate(
              new Graph(tested.graph().inputs(), List.of(output)), tested.inputs());
      return values.toString();
    } catch (EvaluationException e) {
      return String.valueOf(e.getMessage()).replaceAll("\\(\\w+\\.java:\\d+\\)", "");
    }
  }
}
