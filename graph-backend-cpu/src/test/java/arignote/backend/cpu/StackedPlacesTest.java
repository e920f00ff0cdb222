package arignote.backend.cpu;

import static arignote.backend.cpu.Compiled.random;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ir.Graph;
import arignote.ir.text.IrParser;
import arignote.plan.Plan;
import arignote.reference.Interpreter;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Stacked results that share memory hold what they should, and take no more memory than they must.
class StackedPlacesTest {
  /// What a carry takes, in bytes.
  private static final int ROW = 4 * 8 * 4;

  /// With no step, one, and several, by one thread and by two.
  private static void assertAgrees(String text) {
    Graph graph = IrParser.parse(text).graph();
    for (int steps : new int[] {0, 1, 2, 7}) {
      for (int threads : new int[] {1, 2}) {
        Random random = new Random(steps);
        HostTensor[] arguments =
            graph.inputs().stream()
                .map(input ->
                    random(
                        random,
                        DType.F32,
                        input.type().shape().stream()
                            .mapToLong(dim -> dim.constant().orElse(steps))
                            .toArray()))
                .toArray(HostTensor[]::new);
        Compiled.of(graph, List.of(), threads).assertAgrees(1e-5, arguments);
      }
    }
  }

  /// What runs for 100 steps.
  private static Plan plan(String text) {
    Graph graph = IrParser.parse(text).graph();
    HostTensor[] arguments =
        graph.inputs().stream()
            .map(input ->
                HostTensor.zeros(
                    DType.F32,
                    input.type().shape().stream()
                        .mapToLong(dim -> dim.constant().orElse(100))
                        .toArray()))
            .toArray(HostTensor[]::new);
    return Compiled.of(graph).executable().plan(Interpreter.bind(graph, Arrays.asList(arguments)));
  }

  /// Intermediate values take as many rows of a step, and at most a few more.
  private static void assertRows(long expected, Plan plan) {
    long rows =
        plan.buffers().stream()
                .filter(buffer -> buffer.kind() == Plan.Kind.MEMORY)
                .mapToLong(Plan.Buffer::bytes)
                .sum()
            / ROW;
    assertTrue(rows >= expected && rows <= expected + 8, plan::toString);
  }

  /// Each value of the carry is written once, whichever way the loop goes.
  @ParameterizedTest
  @CsvSource({"false,c", "true,c", "false,'n,c'", "true,'c,n'"})
  void aCarryAsStepsFindAndLeaveItIsOneHistory(boolean reverse, String stacked) {
    int count = stacked.split(",").length;
    String result = ", f32[T,4,8]";
    String text =
        """
        graph @g(%x: f32[T,4,8], %h: f32[4,8]) -> f32[4,8], f32[4,8], f32[4,8] {
          %0, RESULTS = scan {reverse=REVERSE} {
            over %e: f32[4,8] = %x
            carry %c: f32[4,8] = %h
            %t = tanh(%c) : f32[4,8]
            %n = add(%t, %e) : f32[4,8]
            next %n
            stack STACKED
          } : f32[4,8]TYPES
          %5 = sum(%1) {axes=[0]} : f32[4,8]
          %6 = prod(%LAST) {axes=[0]} : f32[4,8]
          return %0, %5, %6
        }
        """
            .replace("RESULTS", count == 2 ? "%1, %2" : "%1")
            .replace("LAST", count == 2 ? "2" : "1")
            .replace("REVERSE", Boolean.toString(reverse))
            .replace("STACKED", "%" + stacked.replace(",", ", %"))
            .replace("TYPES", result.repeat(count));
    assertAgrees(text);
    Plan plan = plan(text);
    assertRows(101, plan);
    assertFalse(
        Pattern.compile("step \\{[^}]*copy").matcher(plan.toString()).find(), plan::toString);
  }

  /// The columns of a product computed for all steps give way to what is computed from them.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void resultsLieOverSequencesThatNothingElseNeeds(boolean reverse) {
    String text =
        """
        graph @g(%x: f32[T,4,3], %w: f32[T,3,16], %h: f32[4,8]) -> f32[4,8], f32[4,8] {
          %p = dot(%x, %w) {batch=1} : f32[T,4,16]
          %0, %1, %2 = scan {reverse=REVERSE} {
            over %e: f32[4,16] = %p
            carry %c: f32[4,8] = %h
            %l = slice(%e) {axis=1, start=0, size=8} : f32[4,8]
            %r = slice(%e) {axis=1, start=8, size=8} : f32[4,8]
            %a, %b, %n = fused {
              with %l: f32[4,8] = %l
              with %r: f32[4,8] = %r
              with %c: f32[4,8] = %c
              %s = add(%l, %r) : f32[4,8]
              %a = tanh(%s) : f32[4,8]
              %d = sub(%c, %l) : f32[4,8]
              %b = mul(%d, %r) : f32[4,8]
              %n = add(%a, %b) : f32[4,8]
              yield %a, %b, %n
            } : f32[4,8], f32[4,8], f32[4,8]
            next %n
            stack %a, %b
          } : f32[4,8], f32[T,4,8], f32[T,4,8]
          %3 = scan {reverse=true} {
            over %a: f32[4,8] = %1
            over %b: f32[4,8] = %2
            carry %c: f32[4,8] = %h
            %n = mul(%a, %c) : f32[4,8]
            %m = add(%n, %b) : f32[4,8]
            next %m
          } : f32[4,8]
          return %0, %3
        }
        """
            .replace("REVERSE", Boolean.toString(reverse));
    assertAgrees(text);
    Plan plan = plan(text);
    assertRows(200, plan);
  }

  /// A step may not write over what another step, or another node, still reads.
  @ParameterizedTest
  @ValueSource(
      strings = {
        // The next step reads what this one would overwrite.
        """
        graph @g(%x: f32[T,4,8], %y: f32[2,4,8]) -> f32[T,4,8] {
          %p = concat(%x, %y) {axis=0} : f32[T+2,4,8]
          %now = slice(%p) {axis=0, start=0, size=T} : f32[T,4,8]
          %soon = slice(%p) {axis=0, start=1, size=T} : f32[T,4,8]
          %0 = scan {reverse=true} {
            over %a: f32[4,8] = %now
            over %b: f32[4,8] = %soon
            %n = mul(%a, %b) : f32[4,8]
            stack %n
          } : f32[T,4,8]
          %1 = scan {
            over %a: f32[4,8] = %0
            %n = neg(%a) : f32[4,8]
            stack %n
          } : f32[T,4,8]
          return %1
        }
        """,
        // A later node of the step reads it.
        """
        graph @g(%x: f32[T,4,8], %y: f32[T,4,8]) -> f32[T,4,8] {
          %p = mul(%x, %y) : f32[T,4,8]
          %0, %1 = scan {
            over %a: f32[4,8] = %p
            %n = neg(%a) : f32[4,8]
            %t = transpose(%a) {permutation=[1,0]} : f32[8,4]
            %d = dot(%n, %t) : f32[4,4]
            stack %n, %d
          } : f32[T,4,8], f32[T,4,4]
          %2 = dot(%1, %0) {batch=1} : f32[T,4,8]
          return %2
        }
        """,
        // The sequence is read after the loop.
        """
        graph @g(%x: f32[T,4,8], %y: f32[T,4,8]) -> f32[T,4,8] {
          %p = mul(%x, %y) : f32[T,4,8]
          %0 = scan {
            over %a: f32[4,8] = %p
            %n = neg(%a) : f32[4,8]
            stack %n
          } : f32[T,4,8]
          %2 = div(%0, %p) : f32[T,4,8]
          return %2
        }
        """,
        // Rows are read in another order than they are written.
        """
        graph @g(%x: f32[T,8,8], %y: f32[T,8,8]) -> f32[T,8,8] {
          %p = mul(%x, %y) : f32[T,8,8]
          %0 = scan {
            over %a: f32[8,8] = %p
            %t = transpose(%a) {permutation=[1,0]} : f32[8,8]
            %n = sub(%a, %t) : f32[8,8]
            stack %n
          } : f32[T,8,8]
          %1 = scan {
            over %a: f32[8,8] = %0
            %n = neg(%a) : f32[8,8]
            stack %n
          } : f32[T,8,8]
          return %1
        }
        """,
        // Overlapping columns.
        """
        graph @g(%x: f32[T,4,9], %y: f32[T,4,9]) -> f32[T,4,8] {
          %p = mul(%x, %y) : f32[T,4,9]
          %0 = scan {
            over %a: f32[4,9] = %p
            %l = slice(%a) {axis=1, start=0, size=8} : f32[4,8]
            %r = slice(%a) {axis=1, start=1, size=8} : f32[4,8]
            %n = sub(%l, %r) : f32[4,8]
            stack %n
          } : f32[T,4,8]
          %1 = scan {
            over %a: f32[4,8] = %0
            %n = neg(%a) : f32[4,8]
            stack %n
          } : f32[T,4,8]
          return %1
        }
        """
      })
  void whatIsStillReadStays(String text) {
    assertAgrees(text);
  }
}
