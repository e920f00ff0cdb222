package arignote.peers.libtorch;

import arignote.tests.bench.contest.Cell;
import arignote.tests.bench.contest.Evaluation;
import arignote.tests.bench.contest.Numbers;
import arignote.tests.bench.contest.Work;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.global.torch;

/// The tutorial's model run over a test set, in inference mode, each batch padded to its longest
/// review: torch's packed sequences leave oneDNN's path.
final class EvaluationWork implements Work {
  private final PointerScope owned = new PointerScope();
  private final List<Model.Batch> batches;
  private final Model model;

  EvaluationWork(Evaluation subject) {
    batches = subject.batches().stream().map(Model.Batch::of).toList();
    model = new Model(Cell.LSTM, subject.parameters(), subject.units());
  }

  @Override
  public void run() {
    for (Model.Batch batch : batches) {
      probabilities(batch);
    }
  }

  private float[] probabilities(Model.Batch batch) {
    try (PointerScope _ = new PointerScope();
        InferenceMode _ = new InferenceMode(true)) {
      return Tensors.toArray(torch.softmax(model.logits(batch, false), 1));
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
    owned.close();
  }
}
