package arignote.autodiff.testing;

import arignote.autodiff.Disconnected;
import arignote.autodiff.Gradients;
import arignote.autodiff.Jacobians;
import arignote.dsl.Maths;
import arignote.dsl.Shapes;
import arignote.dsl.Values;
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

/// Compares symbolic derivatives with central differences on the reference interpreter: gradients,
/// derivatives along tangents, derivatives of gradients.
///
/// Differences are taken in double precision, also of a graph in `f32`, whose symbolic derivatives
/// are computed as they are and held against a wider tolerance.
///
/// All floating outputs are summed with random weights, so one number depends on all of them; its
/// derivative by each element of each floating input is then measured, and has to be the symbolic
/// one. The function has to be differentiable where it is evaluated.
///
/// @param seed of the weights
/// @param step how far to go to both sides of an element, relative to it if it is above 1
/// @param tolerance the largest difference allowed, relative to the derivative if that is above 1;
///   of derivatives in `f32` [#WIDER] times that
public record GradientCheck(long seed, double step, double tolerance) {
  /// How much wider the tolerance is for derivatives in `f32`.
  public static final double WIDER = 300;

  /// With a step and a tolerance that suit functions without steep slopes.
  public GradientCheck(long seed) {
    this(seed, 1e-6, 1e-6);
  }

  /// Checks the gradient of a function of tensors of these values.
  ///
  /// @throws AssertionError if a derivative differs; the message says which, both values and the
  ///   seed
  public static void checkGradient(
      long seed, List<HostTensor> values, Function<List<Variable>, List<Variable>> function) {
    new GradientCheck(seed).check(graph(values, function), values);
  }

  /// Checks how the outputs of a function change when its inputs move along random tangents.
  ///
  /// @throws AssertionError if that differs from what [Jacobians#jvp] computes
  public static void checkJvp(
      long seed, List<HostTensor> values, Function<List<Variable>, List<Variable>> function) {
    new GradientCheck(seed).checkTangents(graph(values, function), values);
  }

  /// Checks the gradient of a function, and that of the gradient: all second derivatives.
  ///
  /// @throws AssertionError if a derivative differs; the message says which, both values and the
  ///   seed
  public static void checkSecondOrder(
      long seed, List<HostTensor> values, Function<List<Variable>, List<Variable>> function) {
    checkGradient(seed, values, function);
    checkGradient(seed, values, inputs -> weightedGradient(inputs, function.apply(inputs)));
  }

  /// The gradient of the sum of all outputs, weighted with a function of the outputs' positions so
  /// that no symmetry hides an error.
  private static List<Variable> weightedGradient(List<Variable> inputs, List<Variable> outputs) {
    List<Variable> floats = floats(outputs);
    List<Variable> cotangents = new ArrayList<>();
    for (Variable output : floats) {
      Variable positions = Values.iota(output.type().size()).add(1 + cotangents.size());
      Variable weights = Maths.sin(positions.cast(output.type().dtype()));
      cotangents.add(Shapes.reshape(weights, output.type().shape().toArray()));
    }
    return Gradients.vjp(floats, cotangents, floats(inputs), Disconnected.ZERO);
  }

  private static List<Variable> floats(List<? extends Variable> variables) {
    return variables.stream()
        .filter(variable -> variable.type().dtype().isFloat())
        .map(Variable.class::cast)
        .toList();
  }

  private static Graph graph(
      List<HostTensor> values, Function<List<Variable>, List<Variable>> function) {
    List<Input> inputs = new ArrayList<>();
    for (HostTensor value : values) {
      inputs.add(new Input("x" + inputs.size(), TensorType.of(value.dtype(), value.shape())));
    }
    return new Graph(inputs, function.apply(List.copyOf(inputs)));
  }

  /// Checks a graph at the given values of its inputs; shared variables are constants here.
  ///
  /// @throws AssertionError if a derivative differs; the message says which, both values and the
  ///   seed
  public void check(Graph graph, List<HostTensor> values) {
    List<Variable> outputs = floats(graph.outputs());
    Bindings bindings = Interpreter.bind(graph, values);
    Random random = new Random(seed);
    List<HostTensor> weights = new ArrayList<>();
    List<Input> cotangents = new ArrayList<>();
    for (Variable output : outputs) {
      weights.add(randomTensor(random, output.type(), bindings));
      cotangents.add(new Input("cotangent" + cotangents.size(), output.type()));
    }
    List<Variable> wrt = floats(graph.inputs());
    List<Variable> gradients = Gradients.vjp(outputs, cotangents, wrt, Disconnected.ZERO);
    List<Input> inputs = new ArrayList<>(graph.inputs());
    inputs.addAll(cotangents);
    List<HostTensor> arguments = new ArrayList<>(values);
    arguments.addAll(weights);
    List<HostTensor> symbolic =
        Interpreter.evaluate(new Graph(inputs, gradients), arguments, bindings);
    Graph forward = InDoublePrecision.of(new Graph(graph.inputs(), outputs));
    List<HostTensor> wide = wide(graph, outputs, values);
    for (int i = 0; i < wrt.size(); i++) {
      int index = graph.inputs().indexOf(wrt.get(i));
      check(forward, wide, bindings, weights, index, symbolic.get(i));
    }
  }

  /// The values of the inputs of the graph in double precision, which has shared variables among
  /// them.
  private static List<HostTensor> wide(
      Graph graph, List<Variable> outputs, List<HostTensor> values) {
    List<HostTensor> wide = new ArrayList<>();
    values.forEach(value -> wide.add(InDoublePrecision.widen(value)));
    new Graph(graph.inputs(), outputs)
        .shared()
        .forEach(shared -> wide.add(InDoublePrecision.widen(shared.store().toHost().copy())));
    return wide;
  }

  private void checkTangents(Graph graph, List<HostTensor> values) {
    List<Variable> outputs = floats(graph.outputs());
    Bindings bindings = Interpreter.bind(graph, values);
    Random random = new Random(seed);
    List<Variable> wrt = floats(graph.inputs());
    List<Input> tangents = new ArrayList<>();
    List<HostTensor> directions = new ArrayList<>();
    for (Variable input : wrt) {
      tangents.add(new Input("tangent" + tangents.size(), input.type()));
      directions.add(randomTensor(random, input.type(), bindings));
    }
    List<Input> inputs = new ArrayList<>(graph.inputs());
    inputs.addAll(tangents);
    List<HostTensor> arguments = new ArrayList<>(values);
    arguments.addAll(directions);
    List<HostTensor> symbolic =
        Interpreter.evaluate(
            new Graph(inputs, Jacobians.jvp(outputs, wrt, tangents)), arguments, bindings);
    Graph forward = InDoublePrecision.of(new Graph(graph.inputs(), outputs));
    List<List<HostTensor>> sides = new ArrayList<>();
    for (int side = -1; side <= 1; side += 2) {
      List<HostTensor> moved = new ArrayList<>(wide(graph, outputs, values));
      for (int i = 0; i < wrt.size(); i++) {
        int index = graph.inputs().indexOf(wrt.get(i));
        HostTensor shifted = moved.get(index).copy();
        for (long element = 0; element < shifted.size(); element++) {
          double along = side * step * directions.get(i).getDouble(element);
          shifted.setDouble(element, shifted.getDouble(element) + along);
        }
        moved.set(index, shifted);
      }
      sides.add(Interpreter.evaluate(forward, moved, bindings));
    }
    for (int i = 0; i < outputs.size(); i++) {
      HostTensor found = symbolic.get(i);
      for (long element = 0; element < found.size(); element++) {
        double numeric =
            (sides.get(1).get(i).getDouble(element) - sides.get(0).get(i).getDouble(element))
                / (2 * step);
        if (!agree(numeric, found, element)) {
          throw new AssertionError(
              "jvp of output %d%s: symbolic %s, numeric %s (inputs %s, tangents %s, seed %d)"
                  .formatted(
                      i,
                      position(element, found.shape()),
                      found.getDouble(element),
                      numeric,
                      describe(values),
                      describe(directions),
                      seed));
        }
      }
    }
  }

  private boolean agree(double numeric, HostTensor symbolic, long element) {
    double allowed = symbolic.dtype() == DType.F32 ? WIDER * tolerance : tolerance;
    double difference = Math.abs(numeric - symbolic.getDouble(element));
    return difference <= allowed * Math.max(1, Math.abs(numeric));
  }

  private static String describe(List<HostTensor> values) {
    return values.stream().map(HostTensor::toString).collect(Collectors.joining(", "));
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
      int index,
      HostTensor symbolic) {
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
      if (!agree(numeric, symbolic, element)) {
        throw new AssertionError(
            "gradient with respect to \"%s\"%s at %s: symbolic %s, numeric %s (inputs %s, seed %d)"
                .formatted(
                    forward.inputs().get(index).name(),
                    position(element, value.shape()),
                    at,
                    found,
                    numeric,
                    describe(values),
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
