package arignote.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import arignote.ir.op.Fused;
import arignote.ir.op.Scan;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import arignote.ir.text.IrParser;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GraphVerifierTest {
  private static final TensorType F32 = TensorType.scalar(DType.F32);

  private static String message(Graph graph) {
    return assertThrows(GraphException.class, () -> GraphVerifier.verify(graph)).getMessage();
  }

  private static Variable neg(Variable x) {
    return Apply.of(new Unary(UnaryFn.NEG), List.of(x), Site.UNKNOWN).result();
  }

  @Test
  void graphsMustBeClosed() {
    Input x = new Input("x", F32);
    Input y = new Input("y", F32);
    assertEquals(
        "the outputs depend on \"y\" (f32), which is not among the inputs",
        message(new Graph(List.of(x), List.of(x, neg(y)))));
    assertEquals(
        "the outputs depend on \"y\" (f32), which is not among the inputs",
        message(new Graph(List.of(), List.of(y))));
    assertEquals("input \"x\" is listed twice", message(new Graph(List.of(x, x), List.of(x))));
    GraphVerifier.verify(new Graph(List.of(x, y), List.of(neg(x))));
  }

  @Test
  void bodiesMustBeClosedAndWithoutSharedVariables() {
    Input a = new Input("a", F32);
    Input x = new Input("x", F32);
    Shared w = new Shared("w", HostTensor.scalar(DType.F32, 1));
    Fused open = new Fused(new Graph(List.of(a), List.of(neg(new Input("b", F32)))));
    Apply first = Apply.of(open, List.of(x), Site.UNKNOWN);
    assertEquals(
        "the outputs depend on \"b\" (f32), which is not among the inputs",
        message(new Graph(List.of(x), first.results().stream().map(r -> (Variable) r).toList())));
    Scan sharing = new Scan(new Graph(List.of(a), List.of(neg(w))), 0, 1, Dim.of(3), false);
    Apply second = Apply.of(sharing, List.of(x), Site.UNKNOWN);
    assertEquals(
        "an inner graph uses the shared variable \"w\" without capturing it",
        message(new Graph(List.of(x), List.of(second.result()))));
  }

  /// Wherever a symbol stands, some input must bind it.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "%x: f32[T+1] | %x | f32[T+1] | [T]",
        "%x: f32 | %0 = broadcast(%x) : f32[T,S] | f32[T,S] | [T, S]",
        "%x: f32 | %0 = dim_size() {dim=B*T} : i64 | i64 | [B, T]",
        "%x: f32[B] | %0 = slice(%x) {axis=0, start=S, size=2} : f32[2] | f32[2] | [S]",
        "%x: f32[2] | %0 = pad(%x) {axis=0, start=S, size=9} : f32[9] | f32[9] | [S]",
        "%x: f32 | %0 = scan {steps=N} { carry %c: f32 = %x next %c } : f32 | f32 | [N]",
        "%x: f32 | %0 = fused { with %a: f32 = %x %1 = dim_size() {dim=N} : i64 yield %1 } : i64"
            + " | i64 | [N]",
      })
  void symbolsMustBeBound(String input, String line, String type, String unbound) {
    String body = line.startsWith("%0") ? line + " return %0" : "return " + line;
    Graph graph = IrParser.parse("graph @f(" + input + ") -> " + type + " {" + body + "}").graph();
    GraphVerifier.verifyStructure(graph);
    assertEquals(
        "the dims "
            + unbound
            + " are not bound: no input has one of them as an axis of its own; add such an input, or use a number",
        message(graph));
  }
}
