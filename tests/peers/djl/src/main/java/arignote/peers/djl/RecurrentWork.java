package arignote.peers.djl;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;
import arignote.tests.bench.contest.Numbers;
import arignote.tests.bench.contest.Recurrent;
import arignote.tests.bench.contest.Work;
import java.util.List;

/// Forward and backward of the tutorial's model.
final class RecurrentWork implements Work {
  private final NDManager manager = NDManager.newBaseManager();
  private final List<Model.Batch> batches;
  private final Model model;
  private final Loss crossEntropy = Loss.softmaxCrossEntropyLoss();
  private int next;

  RecurrentWork(Recurrent subject) {
    batches = subject.minibatches().stream().map(batch -> Model.Batch.of(manager, batch)).toList();
    model = new Model(manager, subject.cell(), subject.parameters(), subject.units());
  }

  @Override
  public void run() {
    step();
  }

  private double step() {
    Model.Batch batch = batches.get(next);
    next = (next + 1) % batches.size();
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Gradients.zero(model.parameters());
      NDArray loss;
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDList logits = new NDList(model.logits(batch, true));
        loss = crossEntropy.evaluate(new NDList(batch.labels()), logits);
        collector.backward(loss);
      }
      return loss.getFloat();
    }
  }

  @Override
  public double[] figures() {
    double loss = step();
    List<float[]> gradients =
        model.parameters().stream().map(p -> p.getGradient().toFloatArray()).toList();
    return new double[] {loss, Numbers.norm(gradients)};
  }

  @Override
  public void close() {
    manager.close();
  }
}
