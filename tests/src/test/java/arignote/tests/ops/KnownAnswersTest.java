package arignote.tests.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ir.Apply;
import arignote.ir.GraphVerifier;
import arignote.ir.op.CoreOp;
import arignote.reference.Interpreter;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The reference gives what NumPy, SciPy and mpmath do.
class KnownAnswersTest {
  @TestFactory
  Stream<DynamicTest> theReferenceGivesTheKnownAnswers() {
    return KnownAnswer.all().stream()
        .map(known ->
            DynamicTest.dynamicTest(
                known.toString(),
                () -> {
                  GraphVerifier.verify(known.graph());
                  assertEquals(
                      "",
                      BackendComparison.mismatch(
                              known.tolerance(),
                              known.outputs(),
                              Interpreter.evaluate(known.graph(), known.inputs()))
                          .orElse(""));
                }));
  }

  @Test
  void everyOpAndFunctionHasAKnownAnswer() {
    Set<String> known = new HashSet<>();
    Set<Class<?>> classes = new HashSet<>();
    for (KnownAnswer answer : KnownAnswer.all()) {
      for (Apply apply : answer.graph().applies()) {
        known.add(apply.op().mnemonic());
        classes.add(apply.op().getClass());
      }
    }
    Set<String> missing = new TreeSet<>();
    OpTable.rows().stream()
        .map(OpRow::name)
        .filter(name -> !known.contains(name))
        .forEach(missing::add);
    for (Class<?> op : CoreOp.class.getPermittedSubclasses()) {
      if (!classes.contains(op)) {
        missing.add(op.getSimpleName());
      }
    }
    assertEquals(Set.of(), missing);
  }

  @Test
  void damagedAnswersAreFound() {
    KnownAnswer right =
        KnownAnswer.parse(
            1,
            """
            graph @known(%x0: f32[2]) -> f32[2] {
              %0 = neg(%x0) : f32[2]
              return %0
            }
            given f32[2] 1.0 0.1
            expect f32[2] -1.0 0.1
            within 0 ulps or 0
            """);
    assertTrue(
        right
            .tolerance()
            .mismatch(
                right.outputs().getFirst(),
                Interpreter.evaluate(right.graph(), right.inputs()).getFirst())
            .isPresent());
  }
}
