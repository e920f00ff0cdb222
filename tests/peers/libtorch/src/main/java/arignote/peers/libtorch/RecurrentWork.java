package arignote.peers.libtorch;

import arignote.tests.bench.contest.Recurrent;
import arignote.tests.bench.contest.Recurrent.Gate;
import arignote.tests.bench.contest.Recurrent.Parameters;
import arignote.tests.bench.contest.Recurrent.Part;
import arignote.tests.bench.contest.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.RMSprop;
import org.bytedeco.pytorch.RMSpropOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/// The tutorial's model with torch's own fused layer, which on a CPU is one oneDNN primitive forward
/// and one backward, its embedding, whose gradient is dense, and its fused cross-entropy.
final class RecurrentWork implements Work {
  /// Where torch's gates input, forget, cell, output are among ours.
  private static final int[] LSTM_GATES = {0, 1, 3, 2};

  private final PointerScope owned = new PointerScope();
  private final Part part;
  private final Tensor tokens;
  private final Tensor mask;
  private final Tensor labels;
  private final Tensor embedding;
  private final TensorVector layer;
  private final Tensor headW;
  private final Tensor headB;
  private final TensorVector initialState;
  private final List<Tensor> parameters;
  private final Optional<RMSprop> optimizer;

  RecurrentWork(Recurrent subject) {
    long t = subject.steps();
    long b = subject.batch();
    long d = subject.units();
    part = subject.part();
    Parameters values = subject.parameters();
    tokens = Tensors.of(subject.tokens(), t, b);
    mask = Tensors.of(subject.mask(), t, b, 1);
    labels = Tensors.of(subject.labels(), b);
    embedding = Tensors.parameter(values.embedding(), Recurrent.WORDS, d);
    List<Gate> gates = new ArrayList<>();
    for (int gate : LSTM_GATES) {
      gates.add(values.gates().get(gate));
    }
    int units = subject.units();
    Tensor inputWeights =
        Tensors.parameter(
            sideBySide(gates.stream().map(g -> transposed(g.w(), units)).toList()), 4 * d, d);
    Tensor hiddenWeights =
        Tensors.parameter(
            sideBySide(gates.stream().map(g -> transposed(g.u(), units)).toList()), 4 * d, d);
    Tensor inputBias = Tensors.parameter(sideBySide(gates.stream().map(Gate::b).toList()), 4 * d);
    Tensor hiddenBias = Tensors.parameter(new float[4 * units], 4 * d);
    layer = new TensorVector(inputWeights, hiddenWeights, inputBias, hiddenBias);
    headW = Tensors.parameter(transposed(values.headW(), 2), 2, d);
    headB = Tensors.parameter(values.headB(), 2);
    Tensor zero = torch.zeros(1, b, d);
    initialState = new TensorVector(zero, zero);
    parameters =
        List.of(embedding, inputWeights, hiddenWeights, inputBias, hiddenBias, headW, headB);
    optimizer = part == Part.RMSPROP ? Optional.of(rmsprop(parameters)) : Optional.empty();
  }

  private static RMSprop rmsprop(List<Tensor> parameters) {
    RMSpropOptions options = new RMSpropOptions(1e-4);
    options.alpha().put(0.95);
    options.momentum().put(0.9);
    options.centered().put(true);
    // Added to a root here and under the root there: about the same for small gradients.
    options.eps().put(1e-2);
    return new RMSprop(new TensorVector(parameters.toArray(new Tensor[0])), options);
  }

  private static float[] sideBySide(List<float[]> parts) {
    int length = parts.getFirst().length;
    float[] whole = new float[parts.size() * length];
    for (int i = 0; i < parts.size(); i++) {
      System.arraycopy(parts.get(i), 0, whole, i * length, length);
    }
    return whole;
  }

  private static float[] transposed(float[] matrix, int columns) {
    int rows = matrix.length / columns;
    float[] transposed = new float[matrix.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        transposed[j * rows + i] = matrix[i * columns + j];
      }
    }
    return transposed;
  }

  @Override
  public void run() {
    step();
  }

  /// @return the loss before the update
  private double step() {
    try (PointerScope _ = new PointerScope()) {
      for (Tensor parameter : parameters) {
        parameter.mutable_grad().reset();
      }
      Tensor x = torch.embedding(embedding, tokens);
      Tensor h =
          torch.lstm(x, initialState, layer, true, 1, 0, true, false, false).get0();
      Tensor pooled = h.mul(mask).sum(0).div(mask.sum(0));
      Tensor loss = torch.cross_entropy_loss(torch.linear(pooled, headW, new TensorOptional(headB)), labels);
      loss.backward();
      optimizer.ifPresent(RMSprop::step);
      return loss.item_double();
    }
  }

  @Override
  public double[] figures() {
    double loss = step();
    List<Tensor> shared = new ArrayList<>(parameters);
    // torch's second bias has a gradient of its own.
    shared.remove(4);
    double norm = Tensors.gradientNorm(shared);
    return new double[] {loss, norm};
  }

  @Override
  public void close() {
    owned.close();
  }
}
