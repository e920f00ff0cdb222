package arignote.peers.libtorch;

import arignote.tests.bench.contest.Numbers;
import arignote.tests.bench.contest.Perceptron;
import arignote.tests.bench.contest.Work;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/// A training step of a perceptron.
final class PerceptronWork implements Work {
  private record Layer(Tensor w, TensorOptional b) {}

  private final PointerScope owned = new PointerScope();
  private final Tensor images;
  private final Tensor labels;
  private final List<Layer> layers = new ArrayList<>();
  private final List<Tensor> parameters = new ArrayList<>();
  private final SGD optimizer;

  PerceptronWork(Perceptron subject) {
    images = Tensors.of(subject.images(), Perceptron.BATCH, Perceptron.inputs(0));
    labels = Tensors.of(subject.labels(), Perceptron.BATCH);
    for (int i = 0; i < Perceptron.layers(); i++) {
      int inputs = Perceptron.inputs(i);
      int outputs = Perceptron.outputs(i);
      Tensor w =
          Tensors.parameter(Numbers.transposed(subject.weights(i), outputs), outputs, inputs);
      Tensor b = Tensors.parameter(new float[outputs], outputs);
      layers.add(new Layer(w, new TensorOptional(b)));
      parameters.addAll(List.of(w, b));
    }
    optimizer =
        new SGD(
            new TensorVector(parameters.toArray(new Tensor[0])), new SGDOptions(Perceptron.RATE));
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
      Tensor x = images;
      for (int i = 0; i < layers.size(); i++) {
        Tensor affine = torch.linear(x, layers.get(i).w, layers.get(i).b);
        x = i < layers.size() - 1 ? torch.relu(affine) : affine;
      }
      Tensor loss = torch.cross_entropy_loss(x, labels);
      loss.backward();
      optimizer.step();
      return loss.item_double();
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
    owned.close();
  }
}
