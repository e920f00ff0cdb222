package arignote.peers.djl;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import arignote.tests.bench.contest.Numbers;
import arignote.tests.bench.contest.Perceptron;
import arignote.tests.bench.contest.Work;
import java.util.ArrayList;
import java.util.List;

/// A training step of a perceptron.
final class PerceptronWork implements Work {
  private final NDManager manager = NDManager.newBaseManager();
  private final NDArray images;
  private final NDList labels;

  /// Weights and biases in turn.
  private final List<NDArray> parameters = new ArrayList<>();

  private final Loss crossEntropy = Loss.softmaxCrossEntropyLoss();
  private final Optimizer optimizer =
      Optimizer.sgd().setLearningRateTracker(Tracker.fixed((float) Perceptron.RATE)).build();

  PerceptronWork(Perceptron subject) {
    images = manager.create(subject.images(), new Shape(Perceptron.BATCH, Perceptron.inputs(0)));
    labels = new NDList(manager.create(subject.labels(), new Shape(Perceptron.BATCH)));
    for (int i = 0; i < Perceptron.layers(); i++) {
      int inputs = Perceptron.inputs(i);
      int outputs = Perceptron.outputs(i);
      float[] weights = Numbers.transposed(subject.weights(i), outputs);
      parameters.add(manager.create(weights, new Shape(outputs, inputs)));
      parameters.add(manager.zeros(new Shape(outputs)));
    }
    parameters.forEach(parameter -> parameter.setRequiresGradient(true));
  }

  @Override
  public void run() {
    step();
  }

  /// @return the loss before the update
  private double step() {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Gradients.zero(parameters);
      NDArray loss;
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDArray x = images;
        for (int i = 0; i < parameters.size(); i += 2) {
          NDArray affine =
              x.getNDArrayInternal().linear(x, parameters.get(i), parameters.get(i + 1)).head();
          x = i + 2 < parameters.size() ? affine.getNDArrayInternal().relu() : affine;
        }
        loss = crossEntropy.evaluate(labels, new NDList(x));
        collector.backward(loss);
      }
      for (int i = 0; i < parameters.size(); i++) {
        NDArray parameter = parameters.get(i);
        optimizer.update(Integer.toString(i), parameter, parameter.getGradient());
      }
      return loss.getFloat();
    }
  }

  @Override
  public double[] figures() {
    double first = step();
    for (int i = 1; i < UPDATES; i++) {
      run();
    }
    return new double[] {first, step()};
  }

  @Override
  public void close() {
    manager.close();
  }
}
