package arignote.peers.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import arignote.tests.bench.contest.Cell;
import arignote.tests.bench.contest.Minibatch;
import arignote.tests.bench.contest.Numbers;
import arignote.tests.bench.contest.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// The tutorial's model with the engine's own layers, which are torch's.
final class Model {
  /// A minibatch as arrays.
  record Batch(NDArray tokens, NDArray mask, NDArray labels) {
    static Batch of(NDManager manager, Minibatch minibatch) {
      long steps = minibatch.steps();
      long rows = minibatch.rows();
      return new Batch(
          manager.create(minibatch.tokens(), new Shape(steps, rows)),
          manager.create(minibatch.mask(), new Shape(steps, rows, 1)),
          manager.create(minibatch.labels(), new Shape(rows)));
    }
  }

  private final NDManager manager;
  private final Cell cell;
  private final long units;
  private final List<NDArray> parameters = new ArrayList<>();
  private final NDArray embedding;
  private final NDList layer;
  private final NDArray headW;
  private final NDArray headB;

  Model(NDManager manager, Cell cell, Parameters values, int units) {
    this.manager = manager;
    this.cell = cell;
    this.units = units;
    List<Parameters.Gate> gates = new ArrayList<>();
    for (int gate : order(cell)) {
      gates.add(values.gates().get(gate));
    }
    long rows = (long) gates.size() * units;
    embedding = parameter(values.embedding(), Parameters.WORDS, units);
    layer =
        new NDList(
            parameter(packed(gates, g -> Numbers.transposed(g.w(), units)), rows, units),
            parameter(packed(gates, g -> Numbers.transposed(g.u(), units)), rows, units),
            parameter(packed(gates, Parameters.Gate::b), rows),
            // torch's second bias would only be learnt twice.
            manager.zeros(new Shape(rows)));
    int labels = Parameters.LABELS;
    headW = parameter(Numbers.transposed(values.headW(), labels), labels, units);
    headB = parameter(values.headB(), labels);
  }

  /// Where torch's gates are among ours.
  private static int[] order(Cell cell) {
    return switch (cell) {
      case LSTM -> new int[] {0, 1, 3, 2};
      case GRU -> new int[] {0, 1, 2};
    };
  }

  private static float[] packed(
      List<Parameters.Gate> gates, Function<Parameters.Gate, float[]> part) {
    return Numbers.joined(gates.stream().map(part).toList());
  }

  private NDArray parameter(float[] values, long... shape) {
    NDArray parameter = manager.create(values, new Shape(shape));
    parameter.setRequiresGradient(true);
    parameters.add(parameter);
    return parameter;
  }

  List<NDArray> parameters() {
    return parameters;
  }

  NDArray logits(Batch batch, boolean training) {
    NDArray x =
        batch
            .tokens
            .getNDArrayInternal()
            .embedding(batch.tokens, embedding, SparseFormat.DENSE)
            .head();
    NDArray zero =
        manager.zeros(new Shape(1, batch.labels.getShape().get(0), units), DataType.FLOAT32);
    NDArray h =
        switch (cell) {
          case LSTM ->
              x.getNDArrayInternal()
                  .lstm(x, new NDList(zero, zero), layer, true, 1, 0, training, false, false)
                  .head();
          case GRU ->
              x.getNDArrayInternal().gru(x, zero, layer, true, 1, 0, training, false, false).head();
        };
    NDArray pooled = h.mul(batch.mask).sum(new int[] {0}).div(batch.mask.sum(new int[] {0}));
    return pooled.getNDArrayInternal().linear(pooled, headW, headB).head();
  }
}
