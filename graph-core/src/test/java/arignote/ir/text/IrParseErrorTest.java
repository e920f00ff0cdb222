package arignote.ir.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import arignote.ir.Shared;
import arignote.ir.TensorType;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the parser says about wrong texts.
class IrParseErrorTest {
  private static String message(String text) {
    return assertThrows(IrParseException.class, () -> IrParser.parse(text)).getMessage();
  }

  /// The message about one line in a graph with some inputs, without the place and the caret.
  private static String problem(String line) {
    String[] lines =
        message(
                "graph @main(%x: f32[T,B], %y: f32[B,2], %i: i64[T]) -> f32 {\n  shared @w : f32\n"
                    + "  "
                    + line
                    + "\n  return @w\n}\n")
            .split("\n");
    assertEquals("  " + line, lines[1]);
    return lines[0];
  }

  @Test
  void messagesShowPlaceLineAndColumn() {
    IrParseException e =
        assertThrows(
            IrParseException.class,
            () ->
                IrParser.parse(
                    "graph @f(%x: f32) -> f32 {\n\t%0 = add(%x %y) : f32\n}\n",
                    ParseOptions.NONE.withSource("f.ir")));
    assertEquals(
        """
        f.ir:2:14: expected "," or ")", found "%y"
        \t%0 = add(%x %y) : f32
        \t            ^\
        """,
        e.getMessage());
    assertEquals(2, e.line());
    assertEquals(14, e.column());
  }

  @Test
  void longLinesAreCut() {
    String text =
        "graph @f() { %0 = constant {value=[" + "1.5, ".repeat(500) + "oops" + ", 2.5".repeat(500);
    assertEquals(
        "text:1:5040: expected \",\" or \"]\", found the end of the text",
        message(text).lines().findFirst().orElseThrow());
    assertEquals(
        """
        text:1:2536: "oops" is not a value of f32
        ...1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, oops, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5,...
                                                             ^\
        """,
        message(text + "]} : f32[1001] return %0 }"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // syntax
        "%0 = exp(%x : f32      | text:3:15: expected \",\" or \")\", found \":\"",
        "%0 exp(%x) : f32       | text:3:6: expected \",\" or \"=\", found \"exp\"",
        "%0 = exp(%x) : f32[]   | text:3:22: expected \"(\", \"-\", an integer or a word, found"
            + " \"]\"",
        "exp(%x) : f32          | text:3:3: expected \"shared\", \"return\" or a %name, found"
            + " \"exp\"",
        // names
        "%0 = exp(%z) : f32     | text:3:12: %z is not defined here",
        "%0 = exp(@z) : f32     | text:3:12: @z is not defined here; declare it by a line \"shared"
            + " @z : TYPE\" at the top",
        "%x = exp(%x) : f32[T,B] | text:3:3: %x is defined twice in this body",
        "shared @w : f32        | text:3:10: @w is declared twice",
        "shared @v : f32[T]     | text:3:15: a shared variable needs known lengths, this one is"
            + " f32[T]",
        "shared @v : f32[1000000,1000000] | text:3:15: shared variables of more than 1073741824"
            + " bytes must be given in ParseOptions",
        // types
        "%0 = exp(%x) : f32[B,T] | text:3:18: exp makes f32[T,B], the line says f32[B,T]",
        "%0, %1 = exp(%x) : f32[T,B] | text:3:3: exp has 1 results, the line names 2",
        "%0 = exp(%x) : f32[T,B], f32 | text:3:18: exp makes f32[T,B], the line says f32[T,B], f32",
        "%0 = add(%x, %y) : f32[T,B] | text:3:8: add: takes operands of one type; the operands are"
            + " f32[T,B] and f32[B,2]",
        "%0 = dot(%x, %x) : f32[T,B] | text:3:8: dot: cannot contract f32[T,B] with f32[T,B]: the last axis of the first must be the first of the second; transpose() or reshape() one of them",
        "%0 = gemm(%x, %x, %x) : f32[T,B] | text:3:8: gemm: cannot contract f32[T,B] with f32[T,B]",
        "%0 = gemm(%x, %y, %x) : f32[T,B] | text:3:8: gemm: cannot add the product of f32[T,B] and"
            + " f32[B,2], f32[T,2], to f32[T,B]",
        "%0 = gemm(%x, %y, @w) : f32[T,2] | text:3:8: gemm: takes matrices; the operands are"
            + " f32[T,B] and f32[B,2] and f32",
        "%1 = dot(%x, %y) : f32[T,2] %0 = gemm(%x, %y, %1) {alpha=1e-60} : f32[T,2] | text:3:36:"
            + " gemm: alpha must be finite and not 0 as f32, found 1.0E-60; the operands are"
            + " f32[T,B] and f32[B,2] and f32[T,2]",
        "%0 = exp(%x) : f16[T,B] | text:3:18: unknown dtype \"f16\"; expected one of bool, i32,"
            + " i64, f32, f64",
        "%0 = exp(%x) : f32[-1]  | text:3:18: shape: an axis cannot have the length -1, found [-1]; lengths are 0 or more",
        "%0 = exp(%x) : f32[T/0] | text:3:22: dim T divided by 0",
        "%0 = exp(%x) : f32[9223372036854775808] | text:3:22: 9223372036854775808 does not fit in"
            + " 64 bits",
        "%0 = exp(%x) : f32[9223372036854775807*2] | text:3:22: a dim does not fit in 64 bits when"
            + " 9223372036854775807 and 2 are combined",
        // ops
        "%0 = Exp(%x) : f32     | text:3:8: custom op \"Exp\" is not known here; give its class in"
            + " ParseOptions",
        "%0 = scan(%x) : f32    | text:3:8: scan has a body: scan { ... }",
        "%0 = fused(%x) : f32   | text:3:8: fused has a body: fused { ... }",
        "%0 = cond(%x) : f32    | text:3:8: cond has a body: cond(%predicate) { ... }",
        "%0 = subgraph(%x) : f32 | text:3:8: subgraph has a body: subgraph"
            + " {name=\"...\"} { ... }",
        // conditionals
        "%0 = cond(%x) { then { yield %x } otherwise { yield %x } } : f32 | text:3:32: %x is not"
            + " defined here; a body sees only its own lines, others come in by \"with\" lines",
        "%0 = cond(%x) { with %a: f32[T,B] = %x then { yield %a } otherwise { yield %a } } :"
            + " f32[T,B] | text:3:8: cond: the predicate must be a scalar bool, found f32[T,B]",
        "%0 = cond(@w) { with %a: f32[B] = %x then { yield %a } otherwise { yield %a } } : f32[B] |"
            + " text:3:8: cond: the predicate must be a scalar bool, found f32",
        "%0 = cond(@w) {with %a: f32 = @w then {%1 = neg(%a) : f32 yield %1} otherwise {yield %1}}:"
            + "f32 | text:3:88: %1 is not defined here; a body sees only its own lines, others"
            + " come in by \"with\" lines",
        "%0 = cond(@w) {with %a: f32 = @w then {yield %a} otherwise {%1 = gt(%a, %a) : bool yield"
            + " %1}}:f32 | text:3:8: cond: the branches need results of the same types, then has"
            + " f32, otherwise bool",
        "%0 = cond(@w) { then { yield @w } } : f32 | text:3:37: expected \"otherwise\", found \"}\"",
        "%0 = cond(@w) { then { } otherwise { } } : f32 | text:3:26: expected \"yield\" or a %name,"
            + " found \"}\"",
        "%0 = subgraph {name=\"g\"} { with %a: f32 = %y yield %a } : f32 | text:3:8: subgraph"
            + " \"g\": takes f32; the operands are f32[B,2]",
        // attributes
        "%0 = sum(%x) : f32     | text:3:8: sum needs the attribute axes: a list of int",
        "%0 = sum(%x) {axes=0} : f32 | text:3:22: expected a list of int, found 0",
        "%0 = sum(%x) {axes=[T]} : f32 | text:3:23: expected int, found T",
        "%0 = sum(%x) {axes=[3000000000]} : f32 | text:3:23: expected int, found 3000000000",
        "%0 = sum(%x) {axis=0} : f32 | text:3:17: sum has no attribute axis; it has axes",
        "%0 = exp(%x) {fn=exp} : f32 | text:3:17: exp has no attribute fn; it has none",
        "%0 = sum(%x) {axes=[], axes=[]} : f32 | text:3:26: attribute axes is given twice",
        "%0 = fill() {value=T} : f32 | text:3:22: expected double, found T",
        "%0 = fill() {value=1.0E999} : f32 | text:3:22: expected double, found 1.0E999",
        "%0 = fill() {value=0.5} : i64 | text:3:8: fill: 0.5 is not a value of i64",
        "%0 = iota() {axis=1} : i64[T] | text:3:8: iota: cannot count along axis 1 of i64[T]",
        "%0 = cast(%x) {to=f16} : f32[T,B] | text:3:21: expected one of bool, i32, i64, f32, f64,"
            + " found f16",
        // constants
        "%0 = constant {value=1.0} : f32[2] | text:3:24: expected a list of 2 elements along axis 0"
            + " of f32[2], found 1.0",
        "%0 = constant {value=[1.0]} : f32[2] | text:3:24: expected a list of 2 elements along axis"
            + " 0 of f32[2], found 1",
        "%0 = constant {value=[1.0]} : f32 | text:3:24: expected a single element of f32, found a"
            + " list",
        "%0 = constant {value=1.5} : i32 | text:3:24: \"1.5\" is not a value of i32",
        "%0 = constant {value=2147483648} : i32 | text:3:24: \"2147483648\" is not a value of i32",
        "%0 = constant {value=1} : bool | text:3:24: \"1\" is not a value of bool",
        "%0 = constant {value=1.0E39} : f32 | text:3:24: \"1.0E39\" is not a value of f32",
        "%0 = constant {value=[]} : f32[T] | text:3:24: a constant needs known lengths, its type is"
            + " f32[T]",
        "%0 = constant {values=1} : i64 | text:3:18: constant has no attribute values; it has"
            + " value",
        // bodies
        "%0 = scan { over %a: f32 = @w stack %a } : f32[T] | text:3:30: a scan cannot step over a"
            + " scalar, f32",
        "%0 = scan { carry %a: f32 = @w next %a } : f32 | text:3:8: scan needs the attribute steps:"
            + " Dim",
        "%0 = scan {steps=T} { carry %a: f32 = @w next %a, %a } : f32 | text:3:49: the scan carries"
            + " 1 values, its body has 2 next ones",
        "%0 = scan {steps=T} { carry %a: f32 = @w stack %a } : f32 | text:3:8: the scan carries 1"
            + " values, its body has 0 next ones",
        "%0 = scan { over %a: f32[T] = %x stack %a } : f32[T,B] | text:3:8: scan: the sequence"
            + " \"a\" must be f32[T,T], the operand is f32[T,B]",
        "%0 = scan { over %a: f32[B] = %x stack %x } : f32[T,B] | text:3:42: %x is not defined"
            + " here; a body sees only its own lines, others come in by \"with\" lines",
        "%0 = fused { yield @w } : f32 | text:3:22: @w is not defined here; shared variables come"
            + " into a body by \"with\" lines",
        "%0 = fused { with %a: f32[T,B] = %x with %b: f32[B,2] = %y yield %a, %b } : f32 |"
            + " text:3:8: fused: outputs need one shape, found f32[T,B] and f32[B,2]",
      })
  void wrongLines(String line, String expected) {
    assertEquals(expected, problem(line));
  }

  @Test
  void unknownOpsNameTheKnownOnes() {
    assertEquals(
        "text:3:8: unknown op \"sofmax\"; known are " + String.join(", ", OpForm.coreWords()),
        problem("%0 = sofmax(%x) : f32"));
  }

  @Test
  void resultTypesAreChecked() {
    assertEquals(
        """
        text:1:33: the graph returns f32, its first line says f64, f32
        graph @f(%x: f32) -> f64, f32 { return %x }
                                        ^\
        """,
        message("graph @f(%x: f32) -> f64, f32 { return %x }"));
  }

  @Test
  void theTextEndsBehindTheGraph() {
    assertEquals(
        """
        text:2:1: expected the end of the text, found "graph"
        graph
        ^\
        """,
        message("graph @f() { return }\ngraph"));
    assertEquals(
        """
        text:1:1: expected "graph", found the end of the text

        ^\
        """,
        message(""));
  }

  @Test
  void bracketsHaveALimit() {
    assertEquals(
        "text:1:216: brackets are nested more than 200 deep",
        message("graph @f(%x: f32[" + "(".repeat(100_000) + "T").lines().findFirst().orElseThrow());
    assertEquals(
        "dim:1:1: a dim gets longer than 1000 characters: " + "(".repeat(50) + "...",
        assertThrows(IrParseException.class, () -> IrParser.parseDim("T" + "/S".repeat(100_000)))
            .getMessage()
            .lines()
            .findFirst()
            .orElseThrow());
  }

  @Test
  void givenSharedVariablesMustFit() {
    Shared w = new Shared("w", HostTensor.zeros(DType.F32, 2));
    String message =
        assertThrows(
                IrParseException.class,
                () ->
                    IrParser.parse(
                        "graph @f() { shared @w : f64[2] return }",
                        ParseOptions.NONE.withShared(List.of(w))))
            .getMessage();
    assertEquals(
        """
        text:1:26: the shared variable "w" is f32[2], the text says f64[2]
        graph @f() { shared @w : f64[2] return }
                                 ^\
        """,
        message);
  }

  @Test
  void typesAndDimsAlone() {
    assertEquals(
        """
        type:1:8: expected the end of the text, found "["
        f32 [T][B]
               ^\
        """,
        assertThrows(IrParseException.class, () -> IrParser.parseType("f32 [T][B]")).getMessage());
    assertEquals(TensorType.scalar(DType.F32), IrParser.parseType(" f32 // scalar"));
  }
}
