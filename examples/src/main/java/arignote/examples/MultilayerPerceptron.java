package arignote.examples;

import static arignote.autodiff.Gradients.grad;
import static arignote.autodiff.optim.Optimisers.sgd;
import static arignote.dsl.Maths.argmax;
import static arignote.dsl.Maths.mean;
import static arignote.dsl.Maths.tanh;
import static arignote.dsl.Nn.crossEntropyOfLogits;
import static arignote.dsl.Values.floatX;
import static arignote.dsl.Values.input;
import static arignote.dsl.Values.shared;

import arignote.dsl.Initial;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.runtime.Flags;
import arignote.runtime.Function;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.io.PrintStream;
import java.util.List;
import java.util.Random;

/// A network with one hidden layer, which tells two interleaved half-moons apart: no straight line
/// does.
public final class MultilayerPerceptron {
  private record Layer(Variable w, Variable b) {
    static Layer of(String name, Random random, int in, int out) {
      return new Layer(
          shared(name + ".w", Initial.glorot(random, floatX(), in, out)),
          shared(name + ".b", HostTensor.zeros(floatX(), out)));
    }

    Variable apply(Variable x) {
      return x.dot(w).add(b);
    }
  }

  private record Params(Layer hidden, Layer output) {}

  private static final int POINTS = 400;

  private MultilayerPerceptron() {}

  public static void main(String[] arguments) {
    new Program("MultilayerPerceptron", "tells two half-moons apart", List.of(), "")
        .run(arguments, () -> train(System.out));
  }

  /// Trains and returns the part of the points that come out right.
  static double train(PrintStream out) {
    DType floatX = floatX();
    Random random = new Random(Flags.current().seed());
    Params p = new Params(Layer.of("hidden", random, 2, 32), Layer.of("output", random, 32, 2));

    Input x = input("x", floatX, "N", 2);
    Input y = input("y", DType.I64, "N");
    Variable logits = p.output().apply(tanh(p.hidden().apply(x)));
    Variable cost = crossEntropyOfLogits(logits, y);
    Variable right = mean(argmax(logits, 1).eq(y).cast(floatX));

    Function train =
        Function.compile()
            .inputs(x, y)
            .outputs(cost)
            .updates(sgd(p, grad(cost, p), 1))
            .build("train");
    Function accuracy = Function.compile().inputs(x, y).outputs(right).build("accuracy");

    HostTensor points = HostTensor.zeros(floatX, POINTS, 2);
    HostTensor labels = HostTensor.zeros(DType.I64, POINTS);
    for (int i = 0; i < POINTS; i++) {
      double angle = Math.PI * random.nextDouble();
      boolean upper = i % 2 == 0;
      labels.setLong(i, i % 2);
      points.setDouble(
          2L * i, (upper ? Math.cos(angle) : 1 - Math.cos(angle)) + 0.1 * random.nextGaussian());
      points.setDouble(
          2L * i + 1,
          (upper ? Math.sin(angle) : 0.5 - Math.sin(angle)) + 0.1 * random.nextGaussian());
    }
    for (int step = 0; step <= 500; step++) {
      double value = train.call(points, labels).item();
      if (step % 100 == 0) {
        out.println("Step " + step + " Cost " + value);
      }
    }
    double result = accuracy.call(points, labels).item();
    out.println("Accuracy " + result);
    return result;
  }
}
