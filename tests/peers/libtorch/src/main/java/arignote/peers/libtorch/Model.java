package arignote.peers.libtorch;

import arignote.tests.bench.contest.Cell;
import arignote.tests.bench.contest.Minibatch;
import arignote.tests.bench.contest.Numbers;
import arignote.tests.bench.contest.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/// The tutorial's model with torch's own layers. Its LSTM is one oneDNN primitive forward and one
/// backward; its GRU has none and is made of torch's ops, a fused one for the gates.
final class Model {
  /// A minibatch as tensors.
  record Batch(Tensor tokens, Tensor mask, Tensor labels) {
    static Batch of(Minibatch minibatch) {
      long steps = minibatch.steps();
      long rows = minibatch.rows();
      return new Batch(
          Tensors.of(minibatch.tokens(), steps, rows),
          Tensors.of(minibatch.mask(), steps, rows, 1),
          Tensors.of(minibatch.labels(), rows));
    }
  }

  private final Cell cell;
  private final long units;
  private final Tensor embedding;
  private final TensorVector layer;
  private final Tensor headW;
  private final Tensor headB;
  private final List<Tensor> parameters;

  Model(Cell cell, Parameters values, int units) {
    this.cell = cell;
    this.units = units;
    List<Parameters.Gate> gates = new ArrayList<>();
    for (int gate : order(cell)) {
      gates.add(values.gates().get(gate));
    }
    long rows = (long) gates.size() * units;
    embedding = Tensors.parameter(values.embedding(), Parameters.WORDS, units);
    Tensor w = Tensors.parameter(packed(gates, g -> Numbers.transposed(g.w(), units)), rows, units);
    Tensor u = Tensors.parameter(packed(gates, g -> Numbers.transposed(g.u(), units)), rows, units);
    Tensor b = Tensors.parameter(packed(gates, Parameters.Gate::b), rows);
    // torch's second bias would only be learnt twice.
    layer = new TensorVector(w, u, b, torch.zeros(rows));
    int labels = Parameters.LABELS;
    headW = Tensors.parameter(Numbers.transposed(values.headW(), labels), labels, units);
    headB = Tensors.parameter(values.headB(), labels);
    parameters = List.of(embedding, w, u, b, headW, headB);
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

  List<Tensor> parameters() {
    return parameters;
  }

  double gradientNorm() {
    double sum = 0;
    for (Tensor parameter : parameters) {
      double norm = parameter.grad().norm().item_double();
      sum += norm * norm;
    }
    return Math.sqrt(sum);
  }

  Tensor logits(Batch batch, boolean training) {
    Tensor x = torch.embedding(embedding, batch.tokens);
    Tensor zero = torch.zeros(1, x.size(1), units);
    Tensor h =
        switch (cell) {
          case LSTM ->
              torch
                  .lstm(x, new TensorVector(zero, zero), layer, true, 1, 0, training, false, false)
                  .get0();
          case GRU -> torch.gru(x, zero, layer, true, 1, 0, training, false, false).get0();
        };
    Tensor pooled = h.mul(batch.mask).sum(0).div(batch.mask.sum(0));
    return torch.linear(pooled, headW, new TensorOptional(headB));
  }
}
