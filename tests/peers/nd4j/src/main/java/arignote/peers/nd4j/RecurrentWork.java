package arignote.peers.nd4j;

import arignote.tests.bench.contest.Numbers;
import arignote.tests.bench.contest.Recurrent;
import arignote.tests.bench.contest.Recurrent.Part;
import arignote.tests.bench.contest.Work;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.AdaDelta;

/// A training step of the tutorial's model.
final class RecurrentWork implements Work {
  private final List<Model.Batch> batches;
  private final Model model;

  /// By the names of parameters; none where nothing is learnt.
  private final Map<String, GradientUpdater<?>> updaters = new HashMap<>();

  private int next;
  private int updates;

  RecurrentWork(Recurrent subject) {
    batches = subject.minibatches().stream().map(Model.Batch::of).toList();
    model = new Model(subject.parameters(), subject.units());
    if (subject.part() == Part.ADADELTA) {
      AdaDelta adadelta = new AdaDelta(0.95, 1e-6);
      model
          .parameters()
          .forEach((name, value) -> {
            INDArray state = Nd4j.zeros(1, adadelta.stateSize(value.length()));
            updaters.put(name, adadelta.instantiate(state, true));
          });
    }
  }

  @Override
  public void run() {
    var _ = step();
  }

  private Model.Gradients step() {
    Model.Gradients found = model.gradients(batches.get(next));
    next = (next + 1) % batches.size();
    updaters.forEach((name, updater) -> {
      INDArray parameter = Objects.requireNonNull(model.parameters().get(name));
      INDArray gradient = Objects.requireNonNull(found.gradients().get(name));
      INDArray row = gradient.reshape(1, gradient.length());
      // Turns the gradient into the step.
      updater.applyUpdater(row, updates, 0);
      parameter.subi(row.reshape(parameter.shape()));
    });
    updates++;
    return found;
  }

  @Override
  public double[] figures() {
    Model.Gradients first = step();
    if (updaters.isEmpty()) {
      List<float[]> gradients = first.gradients().values().stream().map(Arrays::elements).toList();
      return new double[] {first.loss(), Numbers.norm(gradients)};
    }
    for (int i = 1; i < UPDATES; i++) {
      run();
    }
    next = 0;
    return new double[] {first.loss(), step().loss()};
  }

  @Override
  public void close() {}
}
