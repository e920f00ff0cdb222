package arignote.tests.cuda;

import arignote.autodiff.Gradients;
import arignote.dsl.Conditional;
import arignote.dsl.Loop;
import arignote.dsl.Maths;
import arignote.dsl.Trees;
import arignote.dsl.Values;
import arignote.ir.Bindings;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.reference.Interpreter;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;

/// Loops over time whose steps are small products and elementwise work. Most have as outputs the
/// history of the state and the gradients of a loss in all weights.
///
/// @param loops how many loops the optimised graph has, all of which can be one kernel
record RecurrentModel(String name, Graph graph, int loops) {
  record Cell(Variable w, Variable u, Variable b) {
    Variable apply(Variable x, Variable h) {
      return x.dot(w).add(h.dot(u)).add(b);
    }
  }

  record Step(Variable x, Variable live) {}

  record State(Variable h, Variable c) {}

  record Lstm(Cell input, Cell forget, Cell output, Cell cell) {
    State step(Step in, State s) {
      Variable i = Maths.sigmoid(input.apply(in.x, s.h));
      Variable f = Maths.sigmoid(forget.apply(in.x, s.h));
      Variable o = Maths.sigmoid(output.apply(in.x, s.h));
      Variable g = Maths.tanh(cell.apply(in.x, s.h));
      Variable c = f.mul(s.c).add(i.mul(g));
      Variable h = o.mul(Maths.tanh(c));
      Variable live = in.live.gt(0).expandDims(1);
      return new State(Maths.select(live, h, s.h), Maths.select(live, c, s.c));
    }
  }

  record Gru(Cell update, Cell reset, Cell candidate) {
    Variable step(Variable x, Variable h) {
      Variable z = Maths.sigmoid(update.apply(x, h));
      Variable r = Maths.sigmoid(reset.apply(x, h));
      Variable next = Maths.tanh(candidate.apply(x, r.mul(h)));
      return h.add(z.mul(next.sub(h)));
    }
  }

  /// The inputs of a model while it is written.
  private static final class Writer {
    final DType dtype;
    final int width;
    final List<Input> inputs = new ArrayList<>();

    Writer(DType dtype, int width) {
      this.dtype = dtype;
      this.width = width;
    }

    Input input(String name, Object... shape) {
      Input input = Values.input(name, dtype, shape);
      inputs.add(input);
      return input;
    }

    Cell cell(String name) {
      return new Cell(
          input(name + "W", 3, width), input(name + "U", width, width), input(name, width));
    }

    /// The model with a loss that all of a history counts in.
    RecurrentModel model(String name, Variable history, Object parameters, int loops) {
      List<Variable> outputs = new ArrayList<>(List.of(history));
      Variable loss = Maths.sin(history).sum();
      outputs.addAll(Trees.variables(Gradients.grad(loss, parameters)));
      return new RecurrentModel(name + " " + dtype, new Graph(inputs, outputs), loops);
    }
  }

  static RecurrentModel lstm(DType dtype, int width) {
    Writer in = new Writer(dtype, width);
    Variable x = in.input("x", "T", "B", 3);
    Variable live = in.input("live", "T", "B");
    Lstm p = new Lstm(in.cell("input"), in.cell("forget"), in.cell("output"), in.cell("candidate"));
    Variable zero = Values.zeros(dtype, "B", width);
    return in.model(
        "lstm", Loop.scan(new Step(x, live), new State(zero, zero), p::step).history().h(), p, 2);
  }

  static RecurrentModel gru(DType dtype, int width) {
    Writer in = new Writer(dtype, width);
    Variable x = in.input("x", "T", "B", 3);
    Gru p = new Gru(in.cell("update"), in.cell("reset"), in.cell("candidate"));
    Variable zero = Values.zeros(dtype, "B", width);
    return in.model("gru", Loop.scan(x, zero, p::step).history(), p, 2);
  }

  /// `h' = tanh(x W + h U + b)` from a state that is an input.
  static RecurrentModel plain(DType dtype, int width) {
    Writer in = new Writer(dtype, width);
    Variable x = in.input("x", "T", "B", 3);
    Variable start = in.input("start", "B", width);
    Cell p = in.cell("cell");
    BiFunction<Variable, Variable, Variable> step = (element, h) -> Maths.tanh(p.apply(element, h));
    return in.model("plain", Loop.scan(x, start, step).history(), p, 2);
  }

  /// `h' = tanh(U h + x)` for a single vector, with the weights on the left.
  static RecurrentModel vector(DType dtype, int width) {
    Writer in = new Writer(dtype, width);
    Variable x = in.input("x", "T", width);
    Variable start = in.input("start", width);
    Variable u = in.input("u", width, width);
    return in.model(
        "vector",
        Loop.scan(x, start, (element, h) -> Maths.tanh(u.dot(h).add(element))).history(),
        u,
        2);
  }

  /// Two layers, the second of another width, from the last element to the first.
  static RecurrentModel layers(DType dtype, int width) {
    Writer in = new Writer(dtype, width);
    Variable x = in.input("x", "T", "B", width);
    Variable first = in.input("first", width, width);
    Variable between = in.input("between", width, width + 2);
    Variable second = in.input("second", width + 2, width + 2);
    State zeros = new State(Values.zeros(dtype, "B", width), Values.zeros(dtype, "B", width + 2));
    BiFunction<Variable, State, State> step =
        (element, s) -> {
          Variable h = Maths.tanh(s.h.dot(first).add(element));
          return new State(h, Maths.tanh(h.dot(between).add(s.c.dot(second))));
        };
    Variable history = Loop.over(x).reversed().scan(zeros, step).history().c();
    return in.model("layers", history, List.of(first, between, second), 2);
  }

  /// A loop in each step of which another runs.
  static RecurrentModel nested(DType dtype, int width) {
    Writer in = new Writer(dtype, width);
    Variable x = in.input("x", "T", 2, "B", width);
    Variable u = in.input("u", width, width);
    Variable zero = Values.zeros(dtype, "B", width);
    BiFunction<Variable, Variable, Variable> inner =
        (element, h) -> Maths.tanh(h.dot(u).add(element));
    Variable history = Loop.scan(x, zero, (rows, h) -> Loop.scan(rows, h, inner).last()).history();
    return in.model("nested", history, u, 3);
  }

  /// Nothing but elementwise work: no block has to wait for another.
  static RecurrentModel decay(DType dtype, int width) {
    Writer in = new Writer(dtype, width);
    Variable x = in.input("x", "T", "B", width);
    Variable k = in.input("k", width);
    Variable zero = Values.zeros(dtype, "B", width);
    return in.model(
        "decay",
        Loop.scan(x, zero, (element, s) -> Maths.sin(s.mul(k)).add(element)).history(),
        k,
        2);
  }

  /// Only the last state is wanted, so that two places take turns.
  static RecurrentModel last(DType dtype, int width) {
    Writer in = new Writer(dtype, width);
    Variable x = in.input("x", "T", "B", 3);
    Gru p = new Gru(in.cell("update"), in.cell("reset"), in.cell("candidate"));
    Variable zero = Values.zeros(dtype, "B", width);
    Variable last = Loop.scan(x, zero, p::step).last();
    return new RecurrentModel("last " + dtype, new Graph(in.inputs, List.of(last)), 1);
  }

  /// A loop in a branch that some steps of another loop take: that alone can be one kernel.
  static RecurrentModel sometimes(DType dtype, int width) {
    Writer in = new Writer(dtype, width);
    Variable x = in.input("x", "T", 2, "B", width);
    Variable u = in.input("u", width, width);
    Variable zero = Values.zeros(dtype, "B", width);
    BiFunction<Variable, Variable, Variable> inner =
        (element, h) -> Maths.tanh(h.dot(u).add(element));
    BiFunction<Variable, Variable, Variable> outer =
        (rows, h) ->
            Conditional.cond(
                rows.sum().gt(0), () -> Loop.scan(rows, h, inner).last(), () -> h.neg());
    Variable history = Loop.scan(x, zero, outer).history();
    return new RecurrentModel("sometimes " + dtype, new Graph(in.inputs, List.of(history)), 1);
  }

  static List<RecurrentModel> all(DType dtype, int width) {
    return List.of(
        lstm(dtype, width),
        gru(dtype, width),
        plain(dtype, width),
        vector(dtype, width),
        layers(dtype, width),
        nested(dtype, width),
        last(dtype, width),
        sometimes(dtype, width),
        decay(dtype, width));
  }

  /// Random arguments, masks that are 1 for some steps, weights that let no error grow.
  List<HostTensor> arguments(Map<String, Long> lengths, long seed) {
    Random random = new Random(seed);
    List<HostTensor> arguments = new ArrayList<>();
    for (Input input : graph.inputs()) {
      HostTensor value = bindings(lengths).zeros(input.type());
      double scale = 0.5 / Math.sqrt(value.shape().length == 2 ? (double) value.shape()[0] : 1);
      for (long i = 0; i < value.size(); i++) {
        boolean isMask = input.name().equals("live");
        value.setDouble(i, isMask ? Math.min(1, random.nextInt(4)) : scale * random.nextGaussian());
      }
      arguments.add(value);
    }
    return arguments;
  }

  private static Bindings bindings(Map<String, Long> lengths) {
    Bindings bindings = new Bindings();
    lengths.forEach(bindings::put);
    return bindings;
  }

  List<HostTensor> expected(List<HostTensor> arguments) {
    return Interpreter.evaluate(graph, arguments);
  }
}
