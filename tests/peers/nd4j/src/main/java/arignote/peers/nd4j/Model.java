package arignote.peers.nd4j;

import arignote.tests.bench.contest.Minibatch;
import arignote.tests.bench.contest.Parameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.api.OutAndGrad;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.config.LSTMActivations;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.config.LSTMDataFormat;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.config.LSTMDirectionMode;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.config.LSTMLayerConfig;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.weights.LSTMLayerWeights;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.ops.NDBase;

/// The tutorial's model as a SameDiff graph with its fused layer, `lstmLayer`. The embedding is
/// outside of the graph: the gradient of SameDiff's `gather` fails ("Output array did not match
/// expected shape"), that of `gatherNd` does not exist.
final class Model {
  /// A minibatch as arrays.
  ///
  /// @param tokens `[T,B]`
  record Batch(INDArray tokens, INDArray mask, INDArray labels) {
    static Batch of(Minibatch minibatch) {
      long steps = minibatch.steps();
      long rows = minibatch.rows();
      return new Batch(
          Arrays.of(minibatch.tokens(), steps, rows),
          Arrays.of(minibatch.mask(), steps, rows, 1),
          Arrays.of(minibatch.labels(), rows));
    }
  }

  /// @param gradients by the names of parameters
  record Gradients(double loss, Map<String, INDArray> gradients) {}

  private static final NDBase OPS = new NDBase();
  private static final String EMBEDDING = "embedding";
  private static final String WORDS = "words";
  private static final String LOSS = "loss";
  private static final String PROBABILITIES = "probabilities";

  private final SameDiff graph = SameDiff.create();

  /// By name. The graph has all but the embedding.
  private final Map<String, INDArray> parameters = new LinkedHashMap<>();

  private final INDArray embedding;

  Model(Parameters values, long units) {
    embedding = Arrays.of(values.embedding(), Parameters.WORDS, units);
    parameters.put(EMBEDDING, embedding);
    SDVariable x = graph.placeHolder(WORDS, DataType.FLOAT, -1, -1, units);
    SDVariable mask = graph.placeHolder("mask", DataType.FLOAT, -1, -1, 1);
    SDVariable labels = graph.placeHolder("labels", DataType.INT32, -1);
    LSTMLayerConfig config =
        LSTMLayerConfig.builder()
            .lstmdataformat(LSTMDataFormat.TNS)
            .directionMode(LSTMDirectionMode.FWD)
            .gateAct(LSTMActivations.SIGMOID)
            .cellAct(LSTMActivations.TANH)
            .outAct(LSTMActivations.TANH)
            .retFullSequence(true)
            .build();
    LSTMLayerWeights weights =
        LSTMLayerWeights.builder()
            .weights(parameter("w", packed(values, gate -> Arrays.of(gate.w(), units, units))))
            .rWeights(parameter("u", packed(values, gate -> Arrays.of(gate.u(), units, units))))
            .bias(parameter("b", packed(values, gate -> Arrays.of(gate.b(), units))))
            .build();
    SDVariable h = graph.rnn().lstmLayer(x, weights, config)[0];
    SDVariable pooled = h.mul(mask).sum(0).div(mask.sum(0));
    SDVariable headW = parameter("headW", Arrays.of(values.headW(), units, Parameters.LABELS));
    SDVariable headB = parameter("headB", Arrays.of(values.headB(), Parameters.LABELS));
    SDVariable logits = graph.nn().linear("logits", pooled, headW, headB);
    graph.nn().softmax(PROBABILITIES, logits, 1);
    SDVariable truth = graph.oneHot(labels, Parameters.LABELS);
    // That of labels as numbers takes no mean, and its gradient forgets one that is taken of it.
    graph.loss().softmaxCrossEntropy(LOSS, truth, logits, null);
    graph.setLossVariables(LOSS);
  }

  /// Gates side by side in the order input, forget, cell, output.
  private static INDArray packed(Parameters values, Function<Parameters.Gate, INDArray> part) {
    List<Parameters.Gate> gates = values.gates();
    INDArray[] parts = new INDArray[gates.size()];
    int[] order = {0, 1, 3, 2};
    for (int i = 0; i < parts.length; i++) {
      parts[i] = part.apply(gates.get(order[i]));
    }
    return Nd4j.concat(parts[0].rank() - 1, parts);
  }

  private SDVariable parameter(String name, INDArray value) {
    parameters.put(name, value);
    return graph.var(name, value);
  }

  /// The arrays that the graph computes with, to be written over.
  Map<String, INDArray> parameters() {
    return parameters;
  }

  private Map<String, INDArray> placeholders(Batch batch) {
    INDArray words = OPS.gather(embedding, batch.tokens, 0);
    return Map.of(WORDS, words, "mask", batch.mask, "labels", batch.labels);
  }

  Gradients gradients(Batch batch) {
    List<String> wrt = new ArrayList<>(parameters.keySet());
    wrt.set(0, WORDS);
    OutAndGrad found = graph.calculateGradientsAndOutputs(placeholders(batch), List.of(LOSS), wrt);
    Map<String, INDArray> gradients = new LinkedHashMap<>(found.getGradients());
    INDArray ofWords = Objects.requireNonNull(gradients.remove(WORDS));
    INDArray ofTable =
        OPS.scatterAdd(
            embedding.like(),
            batch.tokens.reshape(batch.tokens.length()),
            ofWords.reshape(batch.tokens.length(), embedding.columns()));
    gradients.put(EMBEDDING, ofTable);
    double loss = Objects.requireNonNull(found.getOutputs().get(LOSS)).getDouble(0);
    return new Gradients(loss, gradients);
  }

  float[] probabilities(Batch batch) {
    return Arrays.elements(graph.outputSingle(placeholders(batch), PROBABILITIES));
  }
}
