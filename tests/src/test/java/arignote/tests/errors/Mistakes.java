package arignote.tests.errors;

import static arignote.autodiff.Gradients.grad;
import static arignote.dsl.Conditional.cond;
import static arignote.dsl.Maths.select;
import static arignote.dsl.Nn.crossEntropyOfLogits;
import static arignote.dsl.Values.input;
import static arignote.dsl.Values.shared;
import static arignote.dsl.Values.zeros;
import static arignote.tensor.DType.BOOL;
import static arignote.tensor.DType.F32;
import static arignote.tensor.DType.F64;
import static arignote.tensor.DType.I64;

import arignote.autodiff.Gradients;
import arignote.autodiff.Jacobians;
import arignote.autodiff.Truncation;
import arignote.autodiff.optim.Optimisers;
import arignote.autodiff.testing.Expressions;
import arignote.dsl.Initial;
import arignote.dsl.Loop;
import arignote.dsl.Maths;
import arignote.dsl.Nn;
import arignote.dsl.RandomStream;
import arignote.dsl.Recurrence;
import arignote.dsl.Shapes;
import arignote.dsl.Values;
import arignote.io.Npy;
import arignote.ir.Input;
import arignote.ir.Shared;
import arignote.ir.Variable;
import arignote.ir.text.IrParser;
import arignote.runtime.CompileOptions;
import arignote.runtime.Function;
import arignote.runtime.Mode;
import arignote.tensor.HostTensor;
import java.io.ByteArrayInputStream;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/// Ordinary mistakes. Each is one statement, so that its line is known.
final class Mistakes {
  /// A mistake.
  ///
  /// @param line where its statement begins
  record Mistake(String name, int line, Runnable statement) {}

  record Params(Variable w, Variable b) {}

  record State(Variable h, Variable c) {}

  private final List<Mistake> all = new ArrayList<>();

  private final Input x = input("x", F32, "B", 3);
  private final Input y = input("y", F32, "B", 4);
  private final Input v = input("v", F32, 5);
  private final Input words = input("words", I64, "T");
  private final Input flags = input("flags", BOOL, "B");
  private final Shared w = shared("w", HostTensor.zeros(F32, 3, 2));
  private final Shared unused = shared("unused", HostTensor.zeros(F32, 2));
  private final Variable loss = x.dot(w).square().sum();
  private final Variable zero = Values.constant(F32, 0);

  private void add(String name, Runnable statement) {
    int line =
        StackWalker.getInstance()
            .walk(frames -> frames.skip(1).findFirst().orElseThrow())
            .getLineNumber();
    all.add(new Mistake(name, line, statement));
  }

  private static Function f(Input in, Variable out) {
    return Function.compile().inputs(in).outputs(out).build("f");
  }

  static List<Mistake> all() {
    Mistakes mistakes = new Mistakes();
    mistakes.shapes();
    mistakes.dtypes();
    mistakes.loops();
    mistakes.gradients();
    mistakes.definitions();
    mistakes.calls();
    mistakes.texts();
    return mistakes.all;
  }

  private void shapes() {
    add("inner sizes of dot differ", () -> y.dot(w));
    add("dot of a scalar", () -> x.dot(zero));
    add("shapes that do not broadcast", () -> x.add(v));
    add("two lengths that may differ", () -> x.sum(1).add(words.cast(F32)));
    add("an axis that is not there", () -> x.sum(2));
    add("an axis given twice", () -> x.sum(0, 0));
    add("a permutation of the wrong rank", () -> Shapes.transpose(x, 0));
    add("reshape to another size", () -> v.reshape(2, 3));
    add("concat of different ranks", () -> Shapes.concat(0, x, v));
    add("concat of different widths", () -> Shapes.concat(0, x, y));
    add("squeeze of a long axis", () -> Shapes.squeeze(x, 1));
    add("a position beyond a known length", () -> v.get(7));
    add("a slice of a scalar", () -> zero.slice(0, 0, 1));
    add("a slice from a computed start", () -> v.slice(0, words.get(0), 3));
    add("a window from a fraction", () -> Shapes.window(v, 0, zero, 2));
    add("a computed length", () -> Loop.steps(words.sum()));
    add("a shape of nonsense", () -> input("z", F32, 2.5));
    add("a negative length", () -> zeros(F32, -1));
    add("softmax labels of two axes", () -> crossEntropyOfLogits(x, x.cast(I64)));
    add("matmul of matrices that do not fit", () -> Maths.matmul(zeros(F32, 2, 3, 4), w));
    add("get of a scalar", () -> zero.get(0));
    add("a step of nothing", () -> Shapes.every(v, 0, 0));
    add("concat of nothing", () -> Shapes.concat(0));
    add("stack of different shapes", () -> Shapes.stack(0, x, v));
    add("arithmetic in the name of a length", () -> input("z", F32, "B-1"));
    add("an input without a name", () -> input("", F32));
    add("softmax along an axis that is not there", () -> Nn.softmax(x, 2));
    add("bounds in the wrong order", () -> Maths.clip(x, 2, 1));
    add("more elements than there are", () -> HostTensor.of(new float[3], 2, 2));
    add("a tensor reshaped to another size", () -> HostTensor.zeros(F32, 2, 3).reshape(4));
    add("the item of a tensor", () -> HostTensor.zeros(F32, 2).item());
  }

  private void dtypes() {
    add("labels of floats", () -> crossEntropyOfLogits(x, x.sum(1)));
    add("indices of floats", () -> w.take(x.sum(1), 0));
    add("a scatter of another dtype", () -> Shapes.scatterAdd(w, words, words, 0));
    add("not of floats", () -> Maths.not(x));
    add("a condition of floats", () -> select(x, x, x));
    add("arithmetic with bools", () -> flags.mul(flags));
    add("and of floats", () -> Maths.and(x, x));
    add("a fraction as an integer", () -> Values.constant(I64, 2.5));
    add("integers filled with a fraction", () -> Values.full(2.5, I64, 3));
    add("a probability above 1", () -> Nn.dropout(x, 80, new RandomStream(1)));
    add("a stream of integers", () -> new RandomStream(1).uniform(Values.type(I64, 3)));
    add("random integers", () -> Initial.normal(new Random(1), 1, I64, 3));
  }

  private void loops() {
    add("a state that changes its type", () -> Loop.scan(x, zero, (e, s) -> s.add(e)));
    add("a state that changes its dtype", () -> Loop.scan(v, zero, (e, s) -> s.cast(F64)));
    add("sequences of different lengths", () -> Loop.over(List.of(x, v)));
    add("a scalar as a sequence", () -> Loop.over(zero));
    add("no sequence", () -> Loop.over(List.of()));
    add(
        "until of a vector",
        () -> Loop.over(v).until(zero, (e, s) -> new arignote.dsl.Step<>(s, x.gt(0))));
    add("a step that returns nothing", () -> Loop.scan(x, zero, (e, s) -> null));
    add(
        "more steps than elements",
        () -> Recurrence.of(a -> a).sequence(v).output().steps(9).run());
    add("taps into the future", () -> Recurrence.of(a -> a).output(zero, 1));
    add("branches that differ", () -> cond(zero.gt(1), () -> x, () -> y));
    add("a predicate of many", () -> cond(flags, () -> x, () -> x));
  }

  private void gradients() {
    add("a cost that is no scalar", () -> grad(x.dot(w), w));
    add("a cost of integers", () -> grad(words.sum(), w));
    add("a parameter that was forgotten", () -> grad(loss, new Params(w, unused)));
    add("a parameter of integers", () -> grad(loss, words));
    add("a parameter behind an argmax", () -> grad(Maths.argmax(x, 1).cast(F32).sum(), x));
    add("an operand that is null", () -> x.add(nothing()));
    add("no parameters", () -> grad(loss, "w"));
    add("cotangents of the wrong type", () -> Gradients.vjp(List.of(x), List.of(y), List.of(x)));
    add("tangents too few", () -> Jacobians.jvp(List.of(loss), List.of(w), List.of()));
    add("an optimiser of an input", () -> Optimisers.sgd(x, grad(loss, (Variable) x), 0.1));
    add("a parameter twice", () -> Optimisers.sgd(List.of(w, w), List.of(w, w), 0.1));
    add("a gradient of another type", () -> Optimisers.sgd(w, x, 0.1));
    add("a parameter that is null", () -> grad(loss, new Params(w, nothing())));
    add("a truncation to nothing", () -> Truncation.scan(0, x, zero, (e, s) -> s));
    add("a bound above the other", () -> Gradients.gradClip(x, 1, -1));
  }

  private void definitions() {
    add(
        "a missing input",
        () -> Function.compile().inputs(x).outputs(x.sum().add(y.sum())).build("f"));
    add("an unused input", () -> Function.compile().inputs(x, y).outputs(x.sum()).build("f"));
    add("an input twice", () -> Function.compile().inputs(x, x).outputs(x.sum()).build("f"));
    add(
        "two inputs of one name",
        () -> Function.compile().inputs(x, input("x", F32)).outputs(x).build("f"));
    add("an input that is no variable", () -> Function.compile().inputs("x"));
    add(
        "no threads",
        () -> new CompileOptions("cpu", Mode.FAST_RUN, Set.of(), 0, Optional.empty(), true));
    add("an input that is computed", () -> Function.compile().inputs(x.exp()));
    add("an update of another type", () -> Function.compile().update(w, w.sum()));
    add("two updates", () -> Function.compile().update(w, w.mul(2)).update(w, w.mul(3)));
    add(
        "a length that nothing tells",
        () -> Function.compile().outputs(zeros(F32, "N")).build("f"));
    add("a given of another type", () -> Function.compile().given(x, y));
    add(
        "a device that is not there",
        () ->
            Function.compile()
                .inputs(v)
                .outputs(v)
                .options(
                    new CompileOptions("npu", Mode.FAST_RUN, Set.of(), 1, Optional.empty(), false))
                .build("f"));
    add(
        "a pass that is not there",
        () ->
            Function.compile()
                .inputs(v)
                .outputs(v.exp())
                .options(
                    new CompileOptions(
                        "cpu", Mode.FAST_RUN, Set.of("fuse"), 1, Optional.empty(), false))
                .build("f"));
  }

  private void calls() {
    add("arguments too few", () -> f(x, x.exp()).call());
    add("an argument of another dtype", () -> f(x, x.exp()).call(HostTensor.zeros(F64, 2, 3)));
    add("an argument of another rank", () -> f(x, x.exp()).call(HostTensor.zeros(F32, 3)));
    add("an argument of another length", () -> f(x, x.exp()).call(HostTensor.zeros(F32, 2, 4)));
    add(
        "two lengths for one symbol",
        () ->
            Function.compile()
                .inputs(x, y)
                .outputs(x.sum(1).add(y.sum(1)))
                .build("f")
                .call(HostTensor.zeros(F32, 2, 3), HostTensor.zeros(F32, 5, 4)));
    add("an unknown name", () -> f(x, x.exp()).call(Map.of("X", HostTensor.zeros(F32, 2, 3))));
    add("an array with holes", () -> f(x, x.exp()).call((Object) new float[][] {{1, 2, 3}, {4}}));
    add("a text as an argument", () -> f(v, v.exp()).call("zeros"));
    add("an index out of range", () -> f(words, w.take(words, 0)).call(new long[] {0, 3}));
    add("a negative index", () -> f(words, w.take(words, 0)).call(new long[] {-1}));
    add(
        "a window beyond the end",
        () -> f(words, Shapes.window(w, 0, words.sum(), 2)).call(new long[] {2}));
    add("the largest of nothing", () -> f(words, words.max()).call(new long[0]));
    add(
        "a slice that a length is too short for",
        () -> f(words, words.slice(0, 2, 4)).call(new long[] {1, 2, 3}));
    add(
        "a reshape that a length does not fit",
        () -> f(x, x.reshape("B", 4)).call((Object) new float[2][3]));
    add("an output that is null", () -> Function.compile().inputs(v).outputs(nothing()).build("f"));
    add("nothing as an argument", () -> f(v, v.exp()).call(new Object[] {null}));
    add("a shared value that is closed", () -> shared("s", HostTensor.zeros(F32, 5)).set(closed()));
    add(
        "an output's name twice",
        () ->
            Function.compile()
                .inputs(v)
                .outputs(new Params(v, v), new Params(v, v))
                .build("f")
                .call(new float[5])
                .get("b"));
    add("a closed argument", () -> f(v, v.exp()).call(closed()));
    add("a result that is not there", () -> f(v, v.exp()).call(new float[5]).get(1));
    add("an item of many", () -> f(v, v.exp()).call(new float[5]).item());
    add("a plan without lengths", () -> f(x, x.exp()).plan());
    add("a kernel that is not there", () -> f(v, v.exp()).kernel("k7"));
    add("a shared value of another shape", () -> w.set(HostTensor.zeros(F32, 2, 3)));
  }

  @SuppressWarnings("NullAway") // The mistake is that it is null.
  private static Variable nothing() {
    return null;
  }

  private static HostTensor closed() {
    try (Arena arena = Arena.ofConfined()) {
      return HostTensor.allocate(arena, F32, 5);
    }
  }

  private void texts() {
    add("an expression with an unknown name", () -> Expressions.expr("2 * x + q", x));
    add(
        "a graph with a wrong type",
        () ->
            IrParser.parse(
                "graph @f(%x: f32[3]) -> f32[3] {\n  %0 = exp(%x) : f32[4]\n  return %0\n}"));
    add(
        "a file that is no array",
        () -> Npy.read(new ByteArrayInputStream("hello".getBytes(StandardCharsets.UTF_8))));
  }
}
