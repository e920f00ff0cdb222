package arignote.peers.nd4j;

import arignote.tests.bench.contest.Perceptron;
import arignote.tests.bench.contest.Work;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.config.Sgd;

/// A training step of a perceptron.
final class PerceptronWork implements Work {
  private static final String LOSS = "loss";

  private final MultiDataSet minibatch;
  private final SameDiff graph = SameDiff.create();

  PerceptronWork(Perceptron subject) {
    minibatch =
        new MultiDataSet(
            Arrays.of(subject.images(), Perceptron.BATCH, Perceptron.inputs(0)),
            Arrays.of(subject.labels(), Perceptron.BATCH));
    SDVariable x = graph.placeHolder("images", DataType.FLOAT, -1, Perceptron.inputs(0));
    for (int i = 0; i < Perceptron.layers(); i++) {
      int inputs = Perceptron.inputs(i);
      int outputs = Perceptron.outputs(i);
      SDVariable w = graph.var("w" + i, Arrays.of(subject.weights(i), inputs, outputs));
      SDVariable b = graph.var("b" + i, Arrays.of(new float[outputs], outputs));
      SDVariable affine = graph.nn().linear(x, w, b);
      x = i < Perceptron.layers() - 1 ? graph.nn().relu(affine, 0) : affine;
    }
    SDVariable truth =
        graph.oneHot(
            graph.placeHolder("labels", DataType.INT32, -1),
            Perceptron.outputs(Perceptron.layers() - 1));
    graph.loss().softmaxCrossEntropy(LOSS, truth, x, null);
    graph.setLossVariables(LOSS);
    graph.setTrainingConfig(
        new TrainingConfig.Builder()
            .updater(new Sgd(Perceptron.RATE))
            .dataSetFeatureMapping("images")
            .dataSetLabelMapping("labels")
            .build());
  }

  @Override
  public void run() {
    var _ = graph.fit(minibatch);
  }

  @Override
  public double[] figures() {
    double first = loss();
    for (int i = 0; i < UPDATES; i++) {
      run();
    }
    return new double[] {first, loss()};
  }

  private double loss() {
    return graph
        .outputSingle(
            Map.of("images", minibatch.getFeatures(0), "labels", minibatch.getLabels(0)), LOSS)
        .getDouble(0);
  }

  @Override
  public void close() {}
}
