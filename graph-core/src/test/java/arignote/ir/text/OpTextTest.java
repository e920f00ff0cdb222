package arignote.ir.text;

import static arignote.ir.text.Texts.assertRoundTrip;
import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.ir.Apply;
import arignote.ir.op.CoreOp;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every op, and every function of the ops that have one, comes back from its text as it was.
class OpTextTest {
  /// One line for each form that an op's text can take; the inputs are those of [#graph].
  private static final String LINES =
      """
      %0 = select(%mask, %x, %y) : f32[T,B]
      %0 = cast(%x) : f64[T,B]
      %0 = cast(%i) : bool[T]
      %0 = sum(%x) {axes=[0, 1]} : f32
      %0 = sum(%x) {axes=[]} : f32[T,B]
      %0 = prod(%x) {axes=[1]} : f32[T]
      %0 = max(%x) {axes=[0]} : f32[B]
      %0 = min(%x) {axes=[0]} : f32[B]
      %0 = any(%mask) {axes=[0]} : bool[B]
      %0 = all(%mask) {axes=[0]} : bool[B]
      %0 = argmax(%x) {axis=0} : i64[B]
      %0 = argmin(%x) {axis=1} : i64[T]
      %0 = cumsum(%x) {axis=0} : f32[T,B]
      %0 = cumprod(%x) {axis=1, reverse=true} : f32[T,B]
      %0 = cummax(%i) {axis=0} : i64[T]
      %0 = cummin(%xi) {axis=0, reverse=true} : i32[T]
      %0 = dot(%x, %w) : f32[T,8]
      %0 = dot(%batched, %batched) {batch=2} : f32[T,B]
      %0 = gemm(%x, %w, %q) : f32[T,8]
      %0 = gemm(%x, %w, %q) {alpha=-0.1, beta=2.0} : f32[T,8]
      %0 = broadcast(%s) : f32[T,2*B+1]
      %0 = reshape(%x) : f32[B*T]
      %0 = reshape(%x) : f32[B,T]
      %0 = transpose(%x) {permutation=[1, 0]} : f32[B,T]
      %0 = slice(%x) {axis=0, start=1, size=T-1} : f32[T-1,B]
      %0 = slice(%x) {axis=0, start=T-1, size=T, step=-1} : f32[T,B]
      %0 = slice(%x) {axis=1, start=0, size=(B+1)/2, step=2} : f32[T,(B+1)/2]
      %0 = pad(%x) {axis=0, start=1, size=T+1} : f32[T+1,B]
      %0 = pad(%x) {axis=0, start=0, size=2*T, step=2} : f32[2*T,B]
      %0 = concat(%x, %x, %y) {axis=1} : f32[T,3*B]
      %0 = concat(%x) {axis=0} : f32[T,B]
      %0 = gather(%w, %i) {axis=1} : f32[B,T]
      %0 = gather(%x, %i) {axis=1, batch=1} : f32[T]
      %0 = scatter_add(%x, %i, %v) {axis=1, batch=1} : f32[T,B]
      %0 = scatter_set(%w, %i, %z) {axis=1} : f32[B,8]
      %0 = fill() {value=0.1} : f64[T]
      %0 = fill() {value=-0.0} : f32
      %0 = fill() {value=nan} : f32[0]
      %0 = fill() {value=inf} : f32[1]
      %0 = fill() {value=-inf} : f64
      %0 = fill() {value=4.9E-324} : f64
      %0 = fill() {value=1.0} : bool[2]
      %0 = fill() {value=-3.0} : i64[T]
      %0 = iota() {axis=1} : i64[T,B]
      %0 = dim_size() {dim=B*T} : i64
      %0 = dim_size() {dim=3*((T+1)/2)} : i64
      %0 = random(%key, %key) : f32[T,B]
      """;

  private static String graph(String line) {
    String type = line.substring(line.lastIndexOf(" : ") + 3);
    return """
    graph @main(%x: f32[T,B], %y: f32[T,B], %w: f32[B,8], %q: f32[T,8], %s: f32, %mask: bool[T,B], %i: i64[T], %batched: f32[T,B,3], %v: f32[T], %z: f32[B,T], %key: i64, %xi: i32[T], %m: bool) -> TYPE {
      LINE
      return %0
    }
    """
        .replace("TYPE", type)
        .replace("LINE", line);
  }

  static Stream<String> lines() {
    List<String> lines = new ArrayList<>(LINES.lines().toList());
    for (String word : OpForm.coreWords()) {
      switch (OpForm.core(word).op().getSimpleName()) {
        case "Unary" -> {
          String operand = word.equals("not") ? "%m" : "%x";
          String type =
              word.equals("not") ? "bool" : word.startsWith("is") ? "bool[T,B]" : "f32[T,B]";
          lines.add("%%0 = %s(%s) : %s".formatted(word, operand, type));
        }
        case "Binary" -> {
          boolean bits = Set.of("and", "or", "xor").contains(word);
          lines.add(
              bits
                  ? "%%0 = %s(%%xi, %%xi) : i32[T]".formatted(word)
                  : "%%0 = %s(%%x, %%y) : f32[T,B]".formatted(word));
        }
        case "Compare" -> lines.add("%%0 = %s(%%x, %%y) : bool[T,B]".formatted(word));
        default -> {}
      }
    }
    return lines.stream();
  }

  @ParameterizedTest
  @MethodSource("lines")
  void roundTrips(String line) {
    assertRoundTrip(graph(line));
  }

  /// The graph that is parsed has the very op that was printed, not only the same text.
  @ParameterizedTest
  @MethodSource("lines")
  void opIsTheSame(String line) {
    Apply first = IrParser.parse(graph(line)).graph().applies().getFirst();
    String text = IrPrinter.print(IrParser.parse(graph(line)).graph());
    assertEquals(first.op(), IrParser.parse(text).graph().applies().getFirst().op());
    assertEquals(line.substring(5, line.indexOf('(')), first.op().mnemonic());
  }

  /// Who adds an op adds a line above, or a case for the ops with a body.
  @Test
  void everyOpIsCovered() {
    Set<String> covered = new TreeSet<>(Set.of("scan", "cond", "fused"));
    lines().forEach(line -> covered.add(line.substring(5, line.indexOf('('))));
    assertEquals(OpForm.coreWords(), covered);
    Set<Class<?>> forms = new HashSet<>();
    OpForm.coreWords().forEach(word -> forms.add(OpForm.core(word).op()));
    assertEquals(Set.of(CoreOp.class.getPermittedSubclasses()), forms);
  }
}
