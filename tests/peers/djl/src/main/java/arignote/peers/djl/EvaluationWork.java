package arignote.peers.djl;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import arignote.tests.bench.contest.Cell;
import arignote.tests.bench.contest.Evaluation;
import arignote.tests.bench.contest.Numbers;
import arignote.tests.bench.contest.Work;
import java.util.ArrayList;
import java.util.List;

/// The tutorial's model run over a test set.
final class EvaluationWork implements Work {
  private final NDManager manager = NDManager.newBaseManager();
  private final List<Model.Batch> batches;
  private final Model model;

  EvaluationWork(Evaluation subject) {
    batches = subject.batches().stream().map(batch -> Model.Batch.of(manager, batch)).toList();
    model = new Model(manager, Cell.LSTM, subject.parameters(), subject.units());
  }

  @Override
  public void run() {
    for (Model.Batch batch : batches) {
      probabilities(batch);
    }
  }

  private float[] probabilities(Model.Batch batch) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      return model.logits(batch, false).softmax(1).toFloatArray();
    }
  }

  @Override
  public double[] figures() {
    List<float[]> probabilities = new ArrayList<>();
    for (Model.Batch batch : batches) {
      probabilities.add(probabilities(batch));
    }
    return new double[] {Numbers.norm(probabilities)};
  }

  @Override
  public void close() {
    manager.close();
  }
}
