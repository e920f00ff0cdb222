package arignote.tests.bench.own;

import static arignote.autodiff.Gradients.grad;
import static arignote.autodiff.optim.Optimisers.sgd;
import static arignote.dsl.Values.input;
import static arignote.dsl.Values.shared;

import arignote.dsl.Maths;
import arignote.dsl.Nn;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.runtime.Function;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import arignote.tests.bench.contest.Perceptron;
import arignote.tests.bench.contest.Work;
import java.util.ArrayList;
import java.util.List;

/// A training step of a perceptron.
final class PerceptronWork implements Work {
  private record Layer(Variable w, Variable b) {}

  private final Function function;
  private final HostTensor[] minibatch;

  PerceptronWork(Perceptron subject) {
    Input images = input("images", DType.F32, "B", Perceptron.inputs(0));
    Input labels = input("labels", DType.I64, "B");
    List<Layer> layers = new ArrayList<>();
    Variable x = images;
    for (int i = 0; i < Perceptron.layers(); i++) {
      int inputs = Perceptron.inputs(i);
      int outputs = Perceptron.outputs(i);
      Layer layer =
          new Layer(
              shared("w" + i, HostTensor.of(subject.weights(i), inputs, outputs)),
              shared("b" + i, HostTensor.zeros(DType.F32, outputs)));
      layers.add(layer);
      Variable affine = x.dot(layer.w).add(layer.b);
      x = i < Perceptron.layers() - 1 ? Maths.relu(affine) : affine;
    }
    Variable loss = Nn.crossEntropyOfLogits(x, labels);
    function =
        Function.compile()
            .inputs(images, labels)
            .outputs(loss)
            .updates(sgd(layers, grad(loss, layers), Perceptron.RATE))
            .build(subject.name());
    minibatch =
        new HostTensor[] {
          HostTensor.of(subject.images(), Perceptron.BATCH, Perceptron.inputs(0)),
          HostTensor.of(subject.labels(), Perceptron.BATCH)
        };
  }

  @Override
  public void run() {
    var _ = function.call(minibatch);
  }

  @Override
  public double[] figures() {
    double first = function.call(minibatch).get(0).item();
    for (int i = 1; i < UPDATES; i++) {
      run();
    }
    return new double[] {first, function.call(minibatch).get(0).item()};
  }

  @Override
  public void close() {}
}
