package arignote.tests.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.autodiff.Gradients;
import arignote.dsl.Loop;
import arignote.dsl.Maths;
import arignote.dsl.Shapes;
import arignote.dsl.Trees;
import arignote.dsl.Values;
import arignote.ir.Apply;
import arignote.ir.Bindings;
import arignote.ir.Graph;
import arignote.ir.GraphVerifier;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.ir.op.Dot;
import arignote.ir.op.Gemm;
import arignote.ir.op.Scan;
import arignote.ir.op.Slice;
import arignote.reference.Interpreter;
import arignote.rewrite.Pass;
import arignote.rewrite.Pipelines;
import arignote.runtime.CompileOptions;
import arignote.runtime.Mode;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/// An LSTM written the naive way, its four gates apart, becomes the one that is written with packed
/// matrices: one product in each loop, one for each gradient outside.
class FourGatesTest {
  private static final int WIDTH = 5;
  private static final int WORDS = 11;
  private static final CompileOptions FAST_RUN =
      new CompileOptions("cpu", Mode.FAST_RUN, Set.of(), 1, Optional.empty(), true);

  record Gate(Variable w, Variable u, Variable b) {
    Variable apply(Variable x, Variable h) {
      return x.dot(w).add(h.dot(u)).add(b);
    }
  }

  record Affine(Variable w, Variable b) {}

  record Params(Variable embedding, Gate input, Gate forget, Gate output, Gate cell, Affine head) {}

  record Step(Variable x, Variable mask) {}

  record State(Variable h, Variable c) {}

  private final Input tokens = Values.input("tokens", DType.I64, "T", "B");
  private final Input mask = Values.input("mask", DType.BOOL, "T", "B");
  private final Input labels = Values.input("labels", DType.I64, "B");
  private final List<Input> weights = new ArrayList<>();

  @Test
  void eachLoopHasOneProductAndOutsideThereIsOneForEachGradient() {
    Graph graph = optimised(training(parameters(), FourGatesTest::fourGates));
    List<Scan> loops = scans(graph);
    assertEquals(2, loops.size());
    for (Scan loop : loops) {
      assertEquals(1, products(loop.body()), "products in a loop");
      assertTrue(
          loop.body().applies().stream()
              .filter(apply -> apply.op() instanceof Slice)
              .allMatch(FourGatesTest::isReadOnly),
          "slices are views");
    }
    // The projection of the inputs; the gradients of the input weights, the recurrent weights and
    // the
    // embeddings; the head and its two gradients.
    assertEquals(1 + 3 + 3, products(graph), "products outside of the loops");
  }

  /// A slice of rows of a matrix is not copied.
  private static boolean isReadOnly(Apply slice) {
    return slice.op() instanceof Slice(int axis, _, _, long step) && axis == 1 && step == 1;
  }

  @Test
  void itComputesWhatThePackedFormDoes() {
    Params params = parameters();
    List<HostTensor> arguments = arguments();
    Graph apart = training(params, FourGatesTest::fourGates);
    Graph packed = training(params, FourGatesTest::packed);
    List<HostTensor> expected = Interpreter.evaluate(packed, arguments);
    assertClose(expected, Interpreter.evaluate(apart, arguments));
    assertClose(expected, Interpreter.evaluate(optimised(apart), arguments));
    assertClose(expected, Interpreter.evaluate(optimised(packed), arguments));
  }

  private static State fourGates(Params p, Step in, State s) {
    Variable i = Maths.sigmoid(p.input().apply(in.x(), s.h()));
    Variable f = Maths.sigmoid(p.forget().apply(in.x(), s.h()));
    Variable o = Maths.sigmoid(p.output().apply(in.x(), s.h()));
    Variable g = Maths.tanh(p.cell().apply(in.x(), s.h()));
    return next(in, s, i, f, o, g);
  }

  /// The same with one matrix for all gates.
  private static State packed(Params p, Step in, State s) {
    Gate all =
        new Gate(
            columns(p.input().w(), p.forget().w(), p.output().w(), p.cell().w()),
            columns(p.input().u(), p.forget().u(), p.output().u(), p.cell().u()),
            Shapes.concat(0, p.input().b(), p.forget().b(), p.output().b(), p.cell().b()));
    Variable z = all.apply(in.x(), s.h());
    return next(
        in,
        s,
        Maths.sigmoid(part(z, 0)),
        Maths.sigmoid(part(z, 1)),
        Maths.sigmoid(part(z, 2)),
        Maths.tanh(part(z, 3)));
  }

  private static Variable columns(Variable... parts) {
    return Shapes.concat(1, parts);
  }

  private static Variable part(Variable z, int index) {
    return z.slice(1, index * WIDTH, (index + 1) * WIDTH);
  }

  private static State next(Step in, State s, Variable i, Variable f, Variable o, Variable g) {
    Variable c = f.mul(s.c()).add(i.mul(g));
    Variable h = o.mul(Maths.tanh(c));
    Variable live = in.mask().expandDims(1);
    return new State(Maths.select(live, h, s.h()), Maths.select(live, c, s.c()));
  }

  private interface Cell {
    State step(Params p, Step in, State s);
  }

  /// The loss and the gradients of all parameters.
  private Graph training(Params p, Cell cell) {
    Variable xs = Shapes.take(p.embedding(), tokens, 0);
    Variable zero = Values.zeros(DType.F64, "B", WIDTH);
    BiFunction<Step, State, State> step = (in, s) -> cell.step(p, in, s);
    Variable history = Loop.scan(new Step(xs, mask), new State(zero, zero), step).history().h();
    Variable live = mask.cast(DType.F64).expandDims(2);
    Variable pooled = history.mul(live).sum(0).div(live.sum(0));
    Variable logits = pooled.dot(p.head().w()).add(p.head().b());
    Variable logSums = Maths.log(Maths.exp(logits).sum(1)).expandDims(1);
    Variable loss = Shapes.pick(logits.sub(logSums), labels).mean().neg();
    List<Variable> outputs = new ArrayList<>(List.of(loss));
    outputs.addAll(Trees.variables(Gradients.grad(loss, p)));
    List<Input> inputs = new ArrayList<>(List.of(tokens, mask, labels));
    inputs.addAll(weights);
    return new Graph(inputs, outputs);
  }

  private Params parameters() {
    weights.clear();
    return new Params(
        weight("embedding", WORDS, WIDTH),
        gate("input"),
        gate("forget"),
        gate("output"),
        gate("cell"),
        new Affine(weight("head", WIDTH, 2), weight("headBias", 2)));
  }

  private Gate gate(String name) {
    return new Gate(
        weight(name + "W", WIDTH, WIDTH), weight(name + "U", WIDTH, WIDTH), weight(name, WIDTH));
  }

  private Variable weight(String name, Object... shape) {
    Input weight = Values.input(name, DType.F64, shape);
    weights.add(weight);
    return weight;
  }

  private List<HostTensor> arguments() {
    Random random = new Random(3);
    int steps = 6;
    int rows = 4;
    long[] words = random.longs((long) steps * rows, 0, WORDS).toArray();
    boolean[] live = new boolean[steps * rows];
    for (int i = 0; i < live.length; i++) {
      live[i] = i / rows <= i % rows + 1;
    }
    List<HostTensor> arguments =
        new ArrayList<>(
            List.of(
                HostTensor.of(words, steps, rows),
                HostTensor.of(live, steps, rows),
                HostTensor.of(random.longs(rows, 0, 2).toArray(), rows)));
    for (Input weight : weights) {
      HostTensor value = new Bindings().zeros(weight.type());
      for (long i = 0; i < value.size(); i++) {
        value.setDouble(i, 0.5 * random.nextGaussian());
      }
      arguments.add(value);
    }
    return arguments;
  }

  private static Graph optimised(Graph graph) {
    Graph rewritten = graph;
    for (Pass pass : Pipelines.of(FAST_RUN).passes()) {
      rewritten = pass.apply(rewritten);
      GraphVerifier.verify(rewritten);
    }
    return rewritten;
  }

  private static List<Scan> scans(Graph graph) {
    return graph.applies().stream()
        .map(Apply::op)
        .filter(Scan.class::isInstance)
        .map(Scan.class::cast)
        .toList();
  }

  private static long products(Graph graph) {
    return graph.applies().stream()
        .filter(apply -> apply.op() instanceof Dot || apply.op() instanceof Gemm)
        .count();
  }

  private static void assertClose(List<HostTensor> expected, List<HostTensor> actual) {
    for (int output = 0; output < expected.size(); output++) {
      HostTensor left = expected.get(output);
      HostTensor right = actual.get(output);
      assertEquals(left.shapeAsList(), right.shapeAsList());
      for (long i = 0; i < left.size(); i++) {
        assertEquals(
            left.getDouble(i), right.getDouble(i), 1e-12, "output " + output + ", element " + i);
      }
    }
  }
}
