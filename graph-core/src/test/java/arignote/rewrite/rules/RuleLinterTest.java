package arignote.rewrite.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleLinterTest {
  @Test
  void theStandardRulesPass() {
    RuleLinter.check(RuleBook.standard());
  }

  @Test
  void everyCodedRuleIsUsed() {
    Set<String> used = new TreeSet<>();
    RuleBook.standard()
        .rules()
        .forEach(
            rule -> rule.coded().ifPresent(coded -> used.add(coded.getClass().getSimpleName())));
    assertEquals(CodedRules.byName().keySet(), used);
  }

  @Test
  void phasesComeInTheOrderOfTheirFiles() {
    RuleBook book = RuleBook.standard();
    assertEquals(Set.of("canonicalize", "stabilize", "specialize"), Set.copyOf(book.phases()));
    assertTrue(book.rules("stabilize").containsAll(book.rules("canonicalize")));
  }

  /// Each line: rules of one phase, and what the refusal says.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          rule a: x + 0 => y;                                   | nothing on the left side is named y
          rule a: exp(x) => exp(x);                             | it fires on its own result
          rule a: exp(x) => neg(exp(-x));                       | it fires on its own result
          rule a: tanh(x) => exp(_);                            | the right side uses _
          rule a: x * y => x; rule b: x * 1 => x;               | it never fires: wherever it could, rule a
          rule a: -(-x) => x; rule b: exp(--x) => x;            | it never fires: its operand neg(neg(x)) is always rewritten by rule a
          rule a: x + 0 => x; rule b: log(0 + y) => y;          | it never fires: its operand
          rule a: reduce(x) => neg(x); rule b: sum(x) => x;     | it never fires: wherever it could, rule a
          rule a: x + y => x where constant(x), varying(x);     | exclude each other
          rule a: abs(x) => x where float(x), discrete(x);      | exclude each other
          rule a: abs(x) => x where scalar(x) unless scalar(x); | scalar(x) must hold and must not
          rule a: sum(x){axes=_} => sum(x);                     | the right side must say the attribute axes of sum
          rule a: exp(x) => elementwise(x);                     | the right side cannot build
          rule a: exp(x) => x assuming float(x);                | only finite(...) and nonempty(...) can be assumed
          rule a: exp(x) => x where y is exp(z);                | nothing on the left side is named y
          rule a: exp(x) => y where x is exp(y) unless z is _;  | nothing on the left side is named z
          rule a: exp(x) => x; rule a: log(x) => x;             | another rule or phase of this name
          rule a: exp(result) => result;                        | result is the name of what the rule replaces
          rule a: exp(x) => log(result);                        | nothing on the left side is named result
          rule a: concat(...) => ConcatOfConcat;                | needs a comment
          """)
  void refusesWhatCannotBeMeant(String rules, String reason) {
    RuleBook book = RuleBook.read(Map.of("bad.rules", "phase p { " + rules + " }"));
    RuleException error = assertThrows(RuleException.class, () -> RuleLinter.check(book));
    assertTrue(error.getMessage().contains(reason), error.getMessage());
    assertTrue(error.getMessage().contains("bad.rules:1"), error.getMessage());
  }

  /// Each line: a text that is not one of rules, and what the error says.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          phase p { rule a: x => x; }                       | the left side must be an op, not x
          phase p { rule a: frob(x) => x; }                 | unknown op "frob"
          phase p { rule a: exp(x, y) => x; }               | exp takes 1 operands, found 2
          phase p { rule a: exp(x){axis=1} => x; }          | exp has no attribute axis
          phase p { rule a: sum(x){axes=a, axes=b} => x; }  | the attribute axes is there twice
          phase p { rule a: exp(x) => x where frob(x); }    | unknown guard "frob"
          phase p { rule a: exp(x) => x where float(x, x); }| float takes 1 arguments, found 2
          phase p { rule a: exp(x) => Frob; }               | no coded rule is named Frob
          phase p { rule a: exp(keep(x)) => x; }            | keep takes one operand and the attribute axes
          phase p { rule a: exp(x) = x; }                   | bad.rules:1:26
          phase p { rule a: exp(x) => x }                   | bad.rules:1:31
          phase p { rule a: transpose(x){permutation=f(1)} => x; } | unknown function "f"
          phase p { } phase p { }                           | there are two phases p
          """)
  void refusesWhatIsNoRule(String text, String reason) {
    RuleException error =
        assertThrows(RuleException.class, () -> RuleBook.read(Map.of("bad.rules", text)));
    assertTrue(error.getMessage().contains(reason), error.getMessage());
    assertTrue(error.getMessage().contains("bad.rules"), error.getMessage());
  }
}
