package arignote.ir.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import arignote.ArignoteException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Damaged texts are either read or refused with a message: nothing else happens to the parser.
/// What is read prints, and reads back to the same text.
class IrFuzzTest {
  private static final List<String> TEXTS =
      List.of(
          """
          graph @lstm(%tokens: i64[T,B], %mask: f32[T,B]) -> f32[B,8], f32[2*T-1] {
            shared @Wemb : f32[100,8]
            shared @"U u" : f32[8,8]
            %0 = gather(@Wemb, %tokens) {axis=0} : f32[T,B,8]
            %1 = fill() {value=-1.0E-5} : f32[B,8]
            %2, %3, %4 = scan {reverse=true} {
              over %x: f32[B,8] = %0
              over %m: f32[B] = %mask
              carry %h: f32[B,8] = %1
              carry %c: f32[B,8] = %1
              with %"U u": f32[8,8] = @"U u"
              %5 = dot(%h, %"U u") : f32[B,8]
              %6 = add(%5, %x) : f32[B,8]
              %7 = constant {value=0.5} : f32
              %8 = broadcast(%7) : f32[B,8]
              %9 = mul(%c, %8) : f32[B,8]
              next %6, %9
              stack %m
            } : f32[B,8], f32[B,8], f32[T,B]
            %10 = fill() {value=nan} : f32[2*T-1]
            return %3, %10
          }
          """,
          """
          graph @main(%x: f32[T,B], %i: i64[T], %b: bool[T,B]) -> f32[T-1,(B+1)/2], i64, f64[T,B] {
            %0 = constant {value=[[1, -2], [9223372036854775807, 0]]} : i64[2,2]
            %1 = constant {value=[true, false]} : bool[2]
            %2 = slice(%x) {axis=0, start=1, size=T-1} : f32[T-1,B]
            %3 = slice(%2) {axis=1, start=0, size=(B+1)/2, step=2} : f32[T-1,(B+1)/2]
            %4 = dim_size() {dim=B*T} : i64
            %5 = select(%b, %x, %x) : f32[T,B]
            %6 = cast(%5) : f64[T,B]
            %7 = fused {
              with %a: f64[T,B] = %6
              %8 = exp(%a) : f64[T,B]
              yield %8
            } : f64[T,B]
            %9 = transpose(%7) {permutation=[1, 0]} : f64[B,T]
            %10 = pad(%9) {axis=0, start=1, size=B+2} : f64[B+2,T]
            %11 = constant {value=true} : bool
            %12 = cond(%11) {
              with %a: f64[T,B] = %6
              then {
                %13 = neg(%a) : f64[T,B]
                yield %13
              } otherwise {
                yield %a
              }
            } : f64[T,B]
            %14 = subgraph {name="s"} {
              with %a: f64[T,B] = %12
              %15 = exp(%a) : f64[T,B]
              yield %15
            } : f64[T,B]
            return %3, %4, %14 // done
          }
          """);

  private static final Pattern TOKEN =
      Pattern.compile("\\s+|[%@]?[A-Za-z0-9_.]+|\"[^\"]*\"|->|.", Pattern.DOTALL);

  private static final List<String> PIECES =
      List.of(
          "%0",
          "%x",
          "@Wemb",
          "0",
          "1",
          "-1",
          "99999999999999999999",
          "1.0E400",
          "T",
          "/0",
          "nan",
          "[",
          "]",
          "{",
          "}",
          "(",
          ")",
          ",",
          ":",
          "=",
          "\"",
          "\\",
          "//",
          "\n",
          "scan",
          "fused",
          "cond",
          "then",
          "otherwise",
          "subgraph",
          "next",
          "over",
          "stack",
          "return",
          "graph",
          "constant",
          "{reverse=true}",
          "f32",
          "bool",
          "[T]",
          "{axis=7}",
          "*T*T*T",
          "exp",
          "reshape",
          "concat",
          "Custom",
          "\u0000",
          "é",
          "\uD83D",
          "\u2028");

  @Test
  void damagedTextsAreRefused() {
    long seed = Long.getLong("fuzz.seed", 4711);
    Random random = new Random(seed);
    int read = 0;
    int rounds = 5_000;
    for (int round = 0; round < rounds; round++) {
      String text = TEXTS.get(random.nextInt(TEXTS.size()));
      for (int damage = random.nextInt(3); damage >= 0; damage--) {
        text =
            random.nextBoolean()
                ? damagedInCharacters(text, random)
                : damagedInTokens(text, random);
      }
      if (reads(text, "seed " + seed + ", round " + round)) {
        read++;
      }
    }
    // The damage is small enough to get behind the syntax, large enough to hurt.
    assertTrue(read > rounds / 100 && read < rounds / 2, read + " of " + rounds + " were read");
  }

  private static boolean reads(String text, String which) {
    ParsedGraph parsed;
    try {
      parsed = IrParser.parse(text);
    } catch (IrParseException e) {
      assertTrue(e.getMessage().startsWith("text:" + e.line() + ":" + e.column() + ": "), which);
      return false;
    } catch (ArignoteException e) {
      return fail(which + ": the message lacks the place: " + e.getMessage() + " in\n" + text, e);
    } catch (RuntimeException | StackOverflowError e) {
      return fail(which + ": " + e + " in\n" + text, e);
    }
    String printed = IrPrinter.print(parsed.name(), parsed.graph());
    assertEquals(printed, Texts.normal(printed), which);
    return true;
  }

  private static String damagedInCharacters(String text, Random random) {
    int at = random.nextInt(text.length() + 1);
    int end = Math.min(text.length(), at + random.nextInt(3));
    int kind = random.nextInt(4);
    String inserted =
        switch (kind) {
          case 0 -> "";
          case 1 -> PIECES.get(random.nextInt(PIECES.size()));
          case 2 -> String.valueOf((char) (' ' + random.nextInt(95)));
          default -> String.valueOf((char) random.nextInt(65536));
        };
    return text.substring(0, at) + inserted + text.substring(end);
  }

  private static String damagedInTokens(String text, Random random) {
    List<String> tokens =
        new ArrayList<>(TOKEN.matcher(text).results().map(r -> r.group()).toList());
    int at = random.nextInt(tokens.size());
    String other = tokens.get(random.nextInt(tokens.size()));
    switch (random.nextInt(5)) {
      case 0 -> tokens.remove(at);
      case 1 -> tokens.set(at, other);
      case 2 -> tokens.add(at, other);
      case 3 -> tokens.set(at, PIECES.get(random.nextInt(PIECES.size())));
      default -> tokens.subList(at, Math.min(tokens.size(), at + random.nextInt(40))).clear();
    }
    return String.join("", tokens);
  }
}
