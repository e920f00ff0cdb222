package arignote.examples.imdb;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EarlyStoppingTest {
  /// Validation errors in; out `b` for the best so far, `.` otherwise, and `!` where training
  /// stops. The expected texts come from the tutorial's own lines, run in Python.
  @ParameterizedTest
  @CsvSource({
    "1, 5 4 3 2 1, bbbbb",
    "1, 1 2 3 4 5, b.!",
    "2, 1 2 3 4 5 6 7, b...!",
    "2, 5 6 7 4 8 9 9 9 9, b..b..!",
    "1, 3 3 3 3 3 3, bbbbbb",
    "2, 5 6 7 6 5 6 7 8 9, b...b.!",
    "3, 9 1 2 1 2 1 2 1 2 3 3 3, bb.b.b.b..!",
  })
  void stopsAsTheTutorialDoes(int patience, String errors, String expected) {
    EarlyStopping stopping = new EarlyStopping(patience);
    StringBuilder found = new StringBuilder();
    for (String error : errors.split(" ")) {
      EarlyStopping.Verdict verdict =
          stopping.add(new Errors(0, Double.parseDouble(error) / 10, 0));
      found.append(verdict.stop() ? '!' : verdict.best() ? 'b' : '.');
      if (verdict.stop()) {
        break;
      }
    }
    assertEquals(expected, found.toString());
  }

  @Test
  void historyHasValidationAndTest() {
    EarlyStopping stopping = new EarlyStopping(3);
    assertEquals("[0, 2]", Arrays.toString(stopping.history().shape()));
    stopping.add(new Errors(0.1, 0.2, 0.3));
    stopping.add(new Errors(0.4, 0.5, 0.6));
    assertEquals(
        "0.2 0.3 0.5 0.6",
        Arrays.stream(stopping.history().toDoubleArray())
            .mapToObj(Double::toString)
            .collect(Collectors.joining(" ")));
  }
}
