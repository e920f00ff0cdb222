package arignote.examples;

import static arignote.autodiff.Gradients.grad;
import static arignote.autodiff.optim.Optimisers.sgd;
import static arignote.dsl.Maths.mean;
import static arignote.dsl.Maths.sigmoid;
import static arignote.dsl.Maths.softplus;
import static arignote.dsl.Values.floatX;
import static arignote.dsl.Values.input;
import static arignote.dsl.Values.shared;

import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.runtime.Flags;
import arignote.runtime.Function;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.io.PrintStream;
import java.util.List;
import java.util.Random;

/// Logistic regression, the smallest complete program: tells the points of two clouds apart.
public final class LogisticRegression {
  private record Params(Variable w, Variable b) {}

  private static final int POINTS = 400;

  private LogisticRegression() {}

  public static void main(String[] arguments) {
    new Program("LogisticRegression", "tells two clouds of points apart", List.of(), "")
        .run(arguments, () -> train(System.out));
  }

  /// Trains and returns the part of the points that come out right.
  static double train(PrintStream out) {
    DType floatX = floatX();
    Params p =
        new Params(shared("w", HostTensor.zeros(floatX, 2)), shared("b", HostTensor.zeros(floatX)));

    Input x = input("x", floatX, "N", 2);
    Input y = input("y", floatX, "N");
    Variable logit = x.dot(p.w()).add(p.b());
    // The cross-entropy -y log(s) - (1-y) log(1-s) of s = sigmoid(logit), without its overflow.
    Variable cost = mean(softplus(logit).sub(y.mul(logit)));
    Variable right = mean(sigmoid(logit).gt(0.5).eq(y.gt(0.5)).cast(floatX));

    Function train =
        Function.compile()
            .inputs(x, y)
            .outputs(cost)
            .updates(sgd(p, grad(cost, p), 0.5))
            .build("train");
    Function accuracy = Function.compile().inputs(x, y).outputs(right).build("accuracy");

    HostTensor points = HostTensor.zeros(floatX, POINTS, 2);
    HostTensor labels = HostTensor.zeros(floatX, POINTS);
    Random random = new Random(Flags.current().seed());
    for (int i = 0; i < POINTS; i++) {
      labels.setDouble(i, i % 2);
      points.setDouble(2L * i, 0.8 * random.nextGaussian() + (i % 2 == 0 ? -1 : 1));
      points.setDouble(2L * i + 1, 0.8 * random.nextGaussian() + (i % 2 == 0 ? -1 : 1));
    }
    for (int step = 0; step <= 100; step++) {
      double value = train.call(points, labels).item();
      if (step % 20 == 0) {
        out.println("Step " + step + " Cost " + value);
      }
    }
    double result = accuracy.call(points, labels).item();
    out.println("Accuracy " + result);
    return result;
  }
}
