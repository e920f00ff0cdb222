package arignote.tests.bench.contest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Cases as they travel between processes.
final class CaseTest {
  @Test
  void everyCaseIsFoundByItsName() {
    List<Case> cases = Case.standard();
    for (Case subject : cases) {
      assertEquals(Optional.of(subject), Case.named(subject.name()));
    }
    assertEquals(cases.size(), cases.stream().map(Case::name).distinct().count());
  }

  @Test
  void recurrentCasesHaveAnySizes() {
    assertEquals(
        Optional.of(new Recurrent(Cell.GRU, 7, 3, 5, Recurrent.Part.ADADELTA)),
        Case.named("gru-T7-B3-D5-adadelta"));
    assertEquals(Optional.empty(), Case.named("gru-T7-B3-D5"));
  }

  /// The figure of 1.26 GFLOP that a step of the tutorial is known for.
  @Test
  void operationsOfAStep() {
    Recurrent step = new Recurrent(Cell.LSTM, 100, 16, 128, Recurrent.Part.GRADIENTS);
    assertEquals(1.258e9, step.flops(), 1e6);
  }

  @Test
  void numbersAreTheSameEachTime() {
    Recurrent step = new Recurrent(Cell.LSTM, 2, 2, 3, Recurrent.Part.GRADIENTS);
    assertArrayEquals(step.parameters().embedding(), step.parameters().embedding());
    assertArrayEquals(step.minibatches().get(1).tokens(), step.minibatches().get(1).tokens());
  }

  @Test
  void wordsEndWhereAReviewEnds() {
    Minibatch minibatch = Minibatch.of(5, 1, 3);
    assertEquals(3, minibatch.steps());
    assertArrayEquals(new float[] {1, 1, 0, 1, 0, 1}, minibatch.mask());
    assertEquals(0, minibatch.tokens()[2]);
    assertEquals(0, minibatch.tokens()[4]);
  }
}
