package arignote.tests.dsl;

import static arignote.dsl.SubGraphs.subGraph;
import static arignote.dsl.Values.input;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.autodiff.Gradients;
import arignote.dsl.Conditional;
import arignote.dsl.Loop;
import arignote.dsl.Maths;
import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import arignote.ir.op.CustomOp;
import arignote.ir.text.IrPrinter;
import arignote.runtime.Function;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SubGraphsTest {
  private record Gate(Variable x, Variable w) {}

  private final Input x = input("x", DType.F64, "B");
  private final Input w = input("w", DType.F64, "B");

  private Variable gate(Variable in) {
    return subGraph("gate", new Gate(in, w), gate -> gate.x().mul(gate.w()).square());
  }

  @Test
  void printsAsOneNodeWithItsName() {
    assertEquals(
        """
        graph @main(%x: f64[B], %w: f64[B]) -> f64[B] {
          %0 = subgraph {name="gate"} {
            with %x: f64[B] = %x
            with %w: f64[B] = %w
            %1 = mul(%x, %w) : f64[B]
            %2 = square(%1) : f64[B]
            yield %2
          } : f64[B]
          return %0
        }
        """,
        IrPrinter.print(new Graph(List.of(x, w), List.of(gate(x)))));
  }

  @ParameterizedTest
  @EnumSource
  void runsEverywhereAndHasAGradient(ConditionalTest.Where where) {
    Variable out = gate(x);
    Variable outside = Maths.exp(w);
    Variable captured = subGraph("captures", x, in -> in.add(outside));
    Function f =
        where.function(List.of(x, w), out, Gradients.grad(out.sum(), new Gate(x, w)), captured);
    assertEquals(
        "[f64[1] [36.0], f64[1] [36.0], f64[1] [24.0], f64[1] [3.0]]",
        f.call(HostTensor.of(new double[] {2}, 1), HostTensor.of(new double[] {3}, 1))
            .values()
            .toString()
            .replaceAll("22\\.08\\d+", "3.0"));
  }

  @ParameterizedTest
  @EnumSource
  void insideLoopsBranchesAndEachOther(ConditionalTest.Where where) {
    Variable run =
        Loop.scan(
                x,
                w.sum(),
                (e, s) ->
                    Conditional.cond(
                        e.gt(0),
                        () -> subGraph("outer", s, t -> subGraph("inner", t, u -> u.add(e)).mul(2)),
                        () -> s))
            .last();
    Function f = where.function(List.of(x, w), run, Gradients.grad(run, x));
    assertEquals(
        "[f64 18.0, f64[3] [4.0, 0.0, 2.0]]",
        f.call(
                HostTensor.of(new double[] {2, -1, 3}, 3),
                HostTensor.of(new double[] {0.5, 0, 0.5}, 3))
            .values()
            .toString());
    if (where == ConditionalTest.Where.CPU) {
      assertTrue(f.graph().applies().stream().noneMatch(apply -> apply.op() instanceof CustomOp));
    }
  }

  @Test
  void operandsAreChecked() {
    Apply made = ((Result) gate(x)).apply();
    TypeException error =
        assertThrows(TypeException.class, () -> Apply.of(made.op(), List.of(x, x.sum())));
    assertTrue(
        error
            .getMessage()
            .startsWith(
                "subgraph \"gate\": takes f64[B] and f64[B]; the operands are f64[B] and f64, namely x and sum at SubGraphsTest.java:"),
        error::getMessage);
    assertTrue(
        assertThrows(TypeException.class, () -> subGraph("nothing", x, _ -> 7))
            .getMessage()
            .startsWith("subgraph \"nothing\": the function returns no variable"));
  }
}
