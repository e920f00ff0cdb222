package arignote.autodiff.testing;

import arignote.autodiff.Disconnected;
import arignote.autodiff.Gradients;
import arignote.ir.Bindings;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.reference.Interpreter;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Compares symbolic gradients with central differences, in double precision on the reference
/// interpreter.
///
/// All floating outputs are summed with random weights, so one number depends on all of them; its
/// derivative by each element of each floating input is then measured, and has to be the symbolic
/// one. The function has to be differentiable where it is evaluated.
///
/// @param seed of the weights
/// @param step how far to go to both sides of an element, relative to it if it is above 1
/// @param tolerance the largest difference allowed, relative to the derivative if that is above 1
public record GradientCheck(long seed, double step, double tolerance) {
  /// With a step and a tolerance that suit functions without steep slopes.
  public GradientCheck(long seed) {
    this(seed, 1e-6, 1e-6);
  }

  /// Checks a function of tensors of these values, `f64` where they are floats.
  ///
  /// @throws AssertionError if a derivative differs; the message says which, both values and the
  ///   seed
  public static void checkGradient(
      long seed, List<HostTensor> values, Function<List<Variable>, List<Variable>> function) {
    List<Input> inputs = new ArrayList<>();
    for (HostTensor value : values) {
      inputs.add(new Input("x" + inputs.size(), TensorType.of(value.dtype(), value.shape())));
    }
    List<Variable> outputs = function.apply(List.copyOf(inputs));
    new GradientCheck(seed).check(new Graph(inputs, outputs), values);
  }

  /// Checks a graph at the given values of its inputs; shared variables are constants here.
  ///
  /// @throws AssertionError if a derivative differs; the message says which, both values and the
  ///   seed
  public void check(Graph graph, List<HostTensor> values) {
    for (Input input : graph.inputs()) {
      if (input.type().dtype() == DType.F32) {
        throw new IllegalArgumentException(
            "gradient check: the input \"%s\" is %s; f32 is too coarse, make it f64"
                .formatted(input.name(), input.type()));
      }
    }
    List<Variable> outputs =
        graph.outputs().stream().filter(output -> output.type().dtype().isFloat()).toList();
    Bindings bindings = Interpreter.bind(graph, values);
    Random random = new Random(seed);
    List<HostTensor> weights = new ArrayList<>();
    List<Input> cotangents = new ArrayList<>();
    for (Variable output : outputs) {
      weights.add(randomTensor(random, output.type(), bindings));
      cotangents.add(new Input("cotangent" + cotangents.size(), output.type()));
    }
    List<Input> wrt =
        graph.inputs().stream().filter(input -> input.type().dtype().isFloat()).toList();
    List<Variable> gradients = Gradients.vjp(outputs, cotangents, wrt, Disconnected.ZERO);
    List<Input> inputs = new ArrayList<>(graph.inputs());
    inputs.addAll(cotangents);
    List<HostTensor> arguments = new ArrayList<>(values);
    arguments.addAll(weights);
    List<HostTensor> symbolic =
        Interpreter.evaluate(new Graph(inputs, gradients), arguments, bindings);
    Graph forward = new Graph(graph.inputs(), outputs);
    for (int i = 0; i < wrt.size(); i++) {
      check(forward, values, bindings, weights, wrt.get(i), symbolic.get(i));
    }
  }

  private static HostTensor randomTensor(Random random, TensorType type, Bindings bindings) {
    HostTensor tensor = bindings.zeros(type);
    for (long i = 0; i < tensor.size(); i++) {
      tensor.setDouble(i, random.nextDouble(-1, 1));
    }
    return tensor;
  }

  private void check(
      Graph forward,
      List<HostTensor> values,
      Bindings bindings,
      List<HostTensor> weights,
      Input input,
      HostTensor symbolic) {
    int index = forward.inputs().indexOf(input);
    HostTensor value = values.get(index);
    List<HostTensor> moved = new ArrayList<>(values);
    for (long element = 0; element < value.size(); element++) {
      double at = value.getDouble(element);
      double distance = step * Math.max(1, Math.abs(at));
      double[] sums = new double[2];
      for (int side = 0; side < 2; side++) {
        HostTensor shifted = value.copy();
        shifted.setDouble(element, side == 0 ? at - distance : at + distance);
        moved.set(index, shifted);
        sums[side] = weighted(Interpreter.evaluate(forward, moved, bindings), weights);
      }
      double numeric = (sums[1] - sums[0]) / (2 * distance);
      double found = symbolic.getDouble(element);
      double difference = Math.abs(numeric - found);
      if (!(difference <= tolerance * Math.max(1, Math.abs(numeric)))) {
        throw new AssertionError(
            "gradient with respect to \"%s\"%s at %s: symbolic %s, numeric %s (inputs %s, seed %d)"
                .formatted(
                    input.name(),
                    position(element, value.shape()),
                    at,
                    found,
                    numeric,
                    values.stream().map(HostTensor::toString).collect(Collectors.joining(", ")),
                    seed));
      }
    }
  }

  private static double weighted(List<HostTensor> outputs, List<HostTensor> weights) {
    double sum = 0;
    for (int i = 0; i < outputs.size(); i++) {
      for (long element = 0; element < outputs.get(i).size(); element++) {
        sum += outputs.get(i).getDouble(element) * weights.get(i).getDouble(element);
      }
    }
    return sum;
  }

  /// `[1, 2]`; nothing for a scalar.
  private static String position(long element, long[] shape) {
    List<Long> position = new ArrayList<>();
    long rest = element;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      position.addFirst(rest % shape[axis]);
      rest /= shape[axis];
    }
    return position.isEmpty() ? "" : position.toString();
  }
}
