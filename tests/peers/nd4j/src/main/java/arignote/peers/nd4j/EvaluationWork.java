package arignote.peers.nd4j;

import arignote.tests.bench.contest.Evaluation;
import arignote.tests.bench.contest.Numbers;
import arignote.tests.bench.contest.Work;
import java.util.ArrayList;
import java.util.List;

/// The tutorial's model run over a test set.
final class EvaluationWork implements Work {
  private final List<Model.Batch> batches;
  private final Model model;

  EvaluationWork(Evaluation subject) {
    batches = subject.batches().stream().map(Model.Batch::of).toList();
    model = new Model(subject.parameters(), subject.units());
  }

  @Override
  public void run() {
    for (Model.Batch batch : batches) {
      var _ = model.probabilities(batch);
    }
  }

  @Override
  public double[] figures() {
    List<float[]> probabilities = new ArrayList<>();
    for (Model.Batch batch : batches) {
      probabilities.add(model.probabilities(batch));
    }
    return new double[] {Numbers.norm(probabilities)};
  }

  @Override
  public void close() {}
}
