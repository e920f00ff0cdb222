package arignote.tests.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.tests.bench.contest.Case;
import arignote.tests.bench.contest.Embedding;
import arignote.tests.bench.contest.Work;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Copies that cases are measured by.
final class CopyingTest {
  @ParameterizedTest
  @EnumSource
  void allIsCopiedWhateverTheThreads(Copying.Way way) {
    Case subject = new Embedding();
    for (int threads : new int[] {1, 2, 7}) {
      try (Work copy = new Copying(way, threads).prepare(subject).orElseThrow()) {
        for (int call = 0; call < 3; call++) {
          copy.run();
        }
        assertArrayEquals(new double[] {subject.bytes() / 2}, copy.figures());
      }
    }
  }

  @Test
  void onlyWhatMemoryBounds() {
    Copying copying = new Copying(Copying.Way.SEGMENT, 1);
    for (Case subject : Case.standard()) {
      if (subject.flops() > 0 || subject.bytes() == 0) {
        assertEquals(Optional.empty(), copying.prepare(subject), subject.name());
      }
    }
  }
}
