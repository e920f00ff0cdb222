package arignote.ir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import arignote.ir.text.IrParser;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BindingsTest {
  private static TensorType type(String text) {
    return IrParser.parseType(text);
  }

  private static String message(Runnable call) {
    return assertThrows(TypeException.class, call::run).getMessage();
  }

  @Test
  void symbolsTakeTheLengthsFound() {
    Bindings bindings = new Bindings();
    bindings.bind("input \"x\"", type("f32[T,B,128]"), new long[] {100, 16, 128});
    bindings.bind("input \"y\"", type("i64[B]"), new long[] {16});
    assertEquals(Map.of("T", 100L, "B", 16L), bindings.lengths());
    assertEquals("{T=100, B=16}", bindings.toString());
    assertEquals(1601, bindings.length(IrParser.parseDim("B*T+1")));
    assertArrayEquals(new long[] {50, 16}, bindings.shape(type("f32[(T+1)/2,B]")));
    assertArrayEquals(new long[] {0, 16}, bindings.zeros(type("f32[T-100,B]")).shape());
  }

  @Test
  void contradictionsNameBothUses() {
    Bindings bindings = new Bindings();
    bindings.bind("input \"x\"", type("f32[T,B]"), new long[] {100, 16});
    assertEquals(
        "input \"y\" must be i64[B], found i64[17]: B is 17 here and 16 in input \"x\"",
        message(() -> bindings.bind("input \"y\"", type("i64[B]"), new long[] {17})));
    assertEquals(
        "input \"y\" must be f32[2,2], found f32[2,3]: axis 1 must have length 2; other lengths need a symbol in the input's type",
        message(() -> bindings.bind("input \"y\"", type("f32[2,2]"), new long[] {2, 3})));
    assertEquals(
        "input \"y\" must be f32, found f32[1]: the number of axes differs; reshape it, or add axes of length 1",
        message(() -> bindings.bind("input \"y\"", type("f32"), new long[] {1})));
    assertEquals(
        "input \"y\" must be f32[K,K], found f32[2,3]: K is 3 here and 2 in input \"y\"",
        message(() -> bindings.bind("input \"y\"", type("f32[K,K]"), new long[] {2, 3})));
    assertEquals(
        "input \"z\" must be f32[S], found f32[3]: S is 3 here and 2 in another use",
        message(
            () -> new Bindings().put("S", 2).bind("input \"z\"", type("f32[S]"), new long[] {3})));
  }

  @Test
  void composedDimsAreCheckedOnceAllAreBound() {
    Bindings bindings = new Bindings();
    bindings.bind("input \"x\"", type("f32[T+1]"), new long[] {8});
    bindings.bind("input \"y\"", type("f32[T]"), new long[] {6});
    assertEquals(
        "input \"x\" must be f32[T+1], found f32[8]: T+1 is 7 with {T=6}",
        message(() -> bindings.check("input \"x\"", type("f32[T+1]"), new long[] {8})));
    bindings.check("input \"x\"", type("f32[T+1]"), new long[] {7});
    assertEquals(
        "input \"x\" must be f32[T], found f32[6,1]: the number of axes differs; reshape it, or add axes of length 1",
        message(() -> bindings.check("input \"x\"", type("f32[T]"), new long[] {6, 1})));
  }

  @Test
  void lengthsThatCannotBe() {
    Bindings bindings = new Bindings().put("T", 3).put("Z", 0).put("L", Long.MAX_VALUE);
    assertEquals(
        "the dim \"B\" is not bound by any argument; bound are {T=3, Z=0, L=9223372036854775807}",
        message(() -> bindings.length(IrParser.parseDim("B+1"))));
    assertEquals(
        "axis 1 of a shape [T, T-4] gets the negative length -1 with"
            + " {T=3, Z=0, L=9223372036854775807}",
        message(() -> bindings.shape(type("f32[T,T-4]"))));
    assertEquals(
        "the dim T/Z has no value with {T=3, Z=0, L=9223372036854775807}: / by zero",
        message(() -> bindings.length(IrParser.parseDim("T/Z"))));
    assertEquals(
        "the dim L*T has no value with {T=3, Z=0, L=9223372036854775807}: long overflow",
        message(() -> bindings.length(IrParser.parseDim("L*T"))));
    assertArrayEquals(new long[] {3}, bindings.shape(List.of(IrParser.parseDim("T"))));
  }
}
