package arignote.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ir.Apply;
import arignote.ir.Bindings;
import arignote.ir.EvaluationException;
import arignote.ir.Graph;
import arignote.ir.Substitution;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import arignote.ir.text.IrParser;
import arignote.reference.ReferenceBackend;
import arignote.rewrite.InnerGraphs;
import arignote.tensor.HostTensor;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A backend that computes something wrong is found out.
class DebuggedExecutableTest {
  private static final CompileOptions OPTIONS =
      new CompileOptions("wrong", Mode.DEBUG, Set.of(), 1, Optional.empty(), false);

  /// Takes sines for cosines, in loops too.
  private record Wrong(Backend right) implements Backend {
    @Override
    public String name() {
      return "wrong";
    }

    @Override
    public Executable compile(Program program, CompileOptions options) {
      Graph graph = program.graph();
      return right.compile(
          program.withGraph(wrong(InnerGraphs.rewrite(graph, Wrong::wrong))), options);
    }

    private static Graph wrong(Graph graph) {
      Substitution substitution = new Substitution();
      for (Apply apply : graph.applies()) {
        Apply rebuilt = substitution.rebuild(apply);
        if (apply.op().equals(new Unary(UnaryFn.COS))) {
          Apply sine = Apply.of(new Unary(UnaryFn.SIN), rebuilt.operands(), apply.site());
          substitution.putResults(apply, sine);
        }
      }
      return substitution.apply(graph);
    }
  }

  private static Executable debugged(String text) {
    Graph graph = IrParser.parse(text).graph();
    return new DebuggedExecutable(
        new Program("f", graph, List.of()), new Wrong(new ReferenceBackend()), OPTIONS);
  }

  private static final List<HostTensor> ARGUMENTS = List.of(HostTensor.of(new float[] {0, 1}));

  @Test
  void whatIsRightPasses() {
    Executable f = debugged("graph @f(%x: f32[2]) -> f32[2] { %0 = sin(%x) : f32[2] return %0 }");
    assertEquals(
        HostTensor.of(new float[] {0, (float) Math.sin(1)}).toString(),
        f.call(ARGUMENTS, new Bindings()).getFirst().toString());
  }

  @Test
  void theFirstWrongNodeIsNamed() {
    Executable f =
        debugged(
            """
            graph @f(%x: f32[2]) -> f32[2] {
              %0 = exp(%x) : f32[2]
              %1 = cos(%0) : f32[2]
              %2 = cos(%1) : f32[2]
              return %2
            }
            """);
    String message =
        assertThrows(EvaluationException.class, () -> f.call(ARGUMENTS, new Bindings()))
            .getMessage();
    assertTrue(
        message.startsWith(
            "cos: debug: result 0 of the node, f32[2], is 0.8414709568023682 at element 0, the reference has 0.5403022766113281; the operands are f32[2] [1.0, 2.7182817]"),
        message);
    assertTrue(message.endsWith("(text:3)"), message);
  }

  @Test
  void inALoopTheStepIsFound() {
    Executable f =
        debugged(
            """
            graph @f(%x: f32[2]) -> f32 {
              %0 = constant {value=1.0} : f32
              %1 = scan {
                over %e: f32 = %x
                carry %s: f32 = %0
                %2 = mul(%s, %e) : f32
                %3 = cos(%2) : f32
                next %3
              } : f32
              return %1
            }
            """);
    String message =
        assertThrows(EvaluationException.class, () -> f.call(ARGUMENTS, new Bindings()))
            .getMessage();
    assertTrue(message.startsWith("cos: debug: result 0 of the node, f32, is 0.0"), message);
    assertTrue(message.endsWith("(text:7)"), message);
  }
}
