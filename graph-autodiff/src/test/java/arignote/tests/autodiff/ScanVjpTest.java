package arignote.tests.autodiff;

import static arignote.autodiff.testing.GradientCheck.checkGradient;
import static arignote.dsl.Maths.exp;
import static arignote.dsl.Maths.floor;
import static arignote.dsl.Maths.select;
import static arignote.dsl.Maths.sigmoid;
import static arignote.dsl.Maths.sin;
import static arignote.dsl.Maths.tanh;
import static arignote.dsl.Shapes.slice;
import static arignote.tests.autodiff.Evaluations.evaluate;
import static arignote.tests.autodiff.Evaluations.show;
import static arignote.tests.autodiff.Evaluations.uniform;
import static arignote.tests.autodiff.Evaluations.vector;
import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.autodiff.Disconnected;
import arignote.autodiff.Gradients;
import arignote.dsl.Emission;
import arignote.dsl.Loop;
import arignote.dsl.Nn;
import arignote.dsl.RandomStream;
import arignote.dsl.Scanned;
import arignote.dsl.Step;
import arignote.dsl.Values;
import arignote.ir.Dim;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// Gradients of loops, against numeric differences and against loops unrolled by hand.
class ScanVjpTest {
  private static final long SEED = 20;

  private final Random random = new Random(SEED);

  private HostTensor normal(long... shape) {
    return uniform(random, -1, 1, shape);
  }

  /// Checks first derivatives, and those of the first derivatives.
  private void check(List<HostTensor> values, Function<List<Variable>, List<Variable>> function) {
    checkGradient(SEED, values, function);
    checkGradient(
        SEED,
        values,
        inputs -> {
          List<Variable> outputs = function.apply(inputs);
          List<Variable> cotangents =
              outputs.stream().map(output -> sin(Values.zerosLike(output).add(1))).toList();
          List<Variable> floats =
              inputs.stream().filter(input -> input.type().dtype().isFloat()).toList();
          return Gradients.vjp(outputs, cotangents, floats, Disconnected.ZERO);
        });
  }

  record Element(Variable x, Variable mask) {}

  record State(Variable h, Variable c) {}

  /// The cell of the tutorial with its four products as one, and a masked step.
  private static State lstm(Variable w, Variable u, Variable b, Element in, State s) {
    Variable z = in.x().dot(w).add(s.h().dot(u)).add(b);
    Variable i = sigmoid(slice(z, 1, 0, 2));
    Variable f = sigmoid(slice(z, 1, 2, 4));
    Variable o = sigmoid(slice(z, 1, 4, 6));
    Variable g = tanh(slice(z, 1, 6, 8));
    Variable c = f.mul(s.c()).add(i.mul(g));
    Variable h = o.mul(tanh(c));
    Variable live = in.mask().gt(0).expandDims(1);
    return new State(select(live, h, s.h()), select(live, c, s.c()));
  }

  private List<HostTensor> lstmValues() {
    HostTensor mask = HostTensor.of(new long[] {1, 1, 1, 0, 1, 0}, 3, 2);
    return List.of(
        normal(3, 2, 2), mask, normal(2, 2), normal(2, 2), normal(2, 8), normal(2, 8), normal(8));
  }

  private static List<Variable> lstm(List<Variable> in, boolean reversed) {
    Loop<Element> loop = Loop.over(new Element(in.get(0), in.get(1)));
    Scanned<State> run =
        (reversed ? loop.reversed() : loop)
            .scan(
                new State(in.get(2), in.get(3)),
                (element, state) -> lstm(in.get(4), in.get(5), in.get(6), element, state));
    return List.of(run.history().h(), run.last().c());
  }

  @Test
  void lstmWithMask() {
    check(lstmValues(), in -> lstm(in, false));
  }

  @Test
  void reversed() {
    check(lstmValues(), in -> lstm(in, true));
  }

  @Test
  void sameAsUnrolled() {
    List<HostTensor> values = lstmValues();
    Map<Input, HostTensor> at = new LinkedHashMap<>();
    for (HostTensor value : values) {
      at.put(new Input("x" + at.size(), TensorType.of(value.dtype(), value.shape())), value);
    }
    List<Variable> in = List.copyOf(at.keySet());
    State state = new State(in.get(2), in.get(3));
    Variable unrolled = Values.constant(DType.F64, 0);
    for (int t = 0; t < 3; t++) {
      Element element = new Element(in.get(0).get(t), in.get(1).get(t));
      state = lstm(in.get(4), in.get(5), in.get(6), element, state);
      unrolled = unrolled.add(state.h().square().sum());
    }
    unrolled = unrolled.add(state.c().square().sum());
    List<Variable> run = lstm(in, false);
    Variable looped = run.get(0).square().sum().add(run.get(1).square().sum());
    List<Variable> wrt = List.of(in.get(0), in.get(2), in.get(3), in.get(4), in.get(5), in.get(6));
    List<HostTensor> expected = evaluate(Gradients.grad(unrolled, wrt), at);
    List<HostTensor> found = evaluate(Gradients.grad(looped, wrt), at);
    for (int i = 0; i < wrt.size(); i++) {
      for (long element = 0; element < expected.get(i).size(); element++) {
        assertEquals(
            expected.get(i).getDouble(element), found.get(i).getDouble(element), 1e-14, "x" + i);
      }
    }
  }

  /// `h_t = w * h_{t-1}` by hand: `h_3 = w^3 * h_0`.
  @Test
  void powersByRepeatedProduct() {
    Input h = new Input("h", TensorType.scalar(DType.F64));
    Input w = new Input("w", TensorType.scalar(DType.F64));
    Variable cube = Loop.steps(3).scan((Variable) h, (_, state) -> state.mul(w)).last();
    Map<Input, HostTensor> at = new LinkedHashMap<>();
    at.put(h, Evaluations.scalar(5));
    at.put(w, Evaluations.scalar(2));
    assertEquals("60.0", show(Gradients.grad(cube, (Variable) w), at));
    assertEquals("8.0", show(Gradients.grad(cube, (Variable) h), at));
    Variable second = Gradients.grad(Gradients.grad(cube, (Variable) w), (Variable) w);
    assertEquals("60.0", show(second, at));
    Variable third = Gradients.grad(second, (Variable) w);
    assertEquals("30.0", show(third, at));
    assertEquals("6.0", show(Gradients.grad(third, (Variable) h), at));
  }

  @Test
  void noSteps() {
    Dim t = Dim.symbol("T");
    Input x = new Input("x", TensorType.of(DType.F64, t, Dim.of(2)));
    Input h = new Input("h", TensorType.of(DType.F64, 2));
    Input w = new Input("w", TensorType.of(DType.F64, 2));
    Scanned<Variable> run =
        Loop.scan((Variable) x, (Variable) h, (in, state) -> tanh(in.mul(w).add(state)));
    Variable loss = run.last().square().sum().add(run.history().sum());
    List<Variable> gradients = Gradients.grad(loss, List.of(x, h, w));
    Map<Input, HostTensor> at = new LinkedHashMap<>();
    at.put(x, HostTensor.zeros(DType.F64, 0, 2));
    at.put(h, vector(3, 4));
    at.put(w, vector(1, 1));
    assertEquals("[]", show(gradients.get(0), at));
    assertEquals("[6.0, 8.0]", show(gradients.get(1), at));
    assertEquals("[0.0, 0.0]", show(gradients.get(2), at));
  }

  /// The last state is the last element, but with no steps it is the initial state.
  @Test
  void aStateThatEachStepReplaces() {
    Input x = new Input("x", TensorType.of(DType.F64, Dim.symbol("T")));
    Input h = new Input("h", TensorType.scalar(DType.F64));
    Variable last = Loop.scan((Variable) x, (Variable) h, (in, _) -> floor(in)).last();
    Variable loss = last.square();
    Variable gradient = Gradients.grad(loss, (Variable) h);
    Map<Input, HostTensor> at = new LinkedHashMap<>();
    at.put(x, vector());
    at.put(h, Evaluations.scalar(3));
    assertEquals("6.0", show(gradient, at));
    at.put(x, vector(1, 2));
    assertEquals("0.0", show(gradient, at));
  }

  /// Each carry gets what it depends on a step later than the one before it.
  @Test
  void carriesThatPassOnFromStepToStep() {
    check(
        List.of(normal(5, 2), normal(2), normal(2), normal(2)),
        in -> {
          Scanned<List<Variable>> run =
              Loop.scan(
                  in.get(0),
                  List.of(in.get(1), in.get(2), in.get(3)),
                  (x, s) -> List.of(x.mul(x), sin(s.get(0)).add(x), exp(s.get(1)).mul(s.get(2))));
          return List.of(run.last().get(2));
        });
  }

  @Test
  void oneVariableInEveryRole() {
    check(
        List.of(normal(2, 2)),
        in -> {
          Variable x = in.getFirst();
          Emission<Variable, Variable> run =
              Loop.over(x)
                  .emit(
                      x.get(0),
                      (row, h) -> new Step<>(tanh(h.dot(x)).add(row), row.dot(x).mul(x.sum())));
          return List.of(run.last(), run.stacked());
        });
  }

  @Test
  void integerAndBoolCarries() {
    check(
        List.of(normal(4), normal(6)),
        in -> {
          record Mixed(Variable position, Variable flip, Variable sum) {}
          Variable start = Values.constant(HostTensor.scalar(DType.I64, 0L));
          Mixed initial = new Mixed(start, start.gt(0), Values.constant(DType.F64, 0));
          Scanned<Mixed> run =
              Loop.scan(
                  in.get(0),
                  initial,
                  (x, s) -> {
                    Variable read = arignote.dsl.Shapes.get(in.get(1), s.position());
                    Variable term = select(s.flip(), read.mul(x), read.sub(x));
                    return new Mixed(
                        s.position().add(1),
                        arignote.dsl.Maths.not(s.flip()),
                        s.sum().add(term.square()));
                  });
          return List.of(run.last().sum(), run.history().sum());
        });
  }

  @Test
  void mapsHaveNoCarries() {
    check(
        List.of(normal(3, 2), normal(2)),
        in -> {
          Variable rows = Loop.over(in.get(0)).map(row -> exp(row.mul(in.get(1))));
          return List.of(rows);
        });
  }

  @Test
  void outputsThatAreInputs() {
    check(
        List.of(normal(3), normal(3), normal(), normal()),
        in -> {
          Emission<List<Variable>, List<Variable>> run =
              Loop.over(List.of(in.get(0), in.get(1)))
                  .emit(
                      List.of(in.get(2), in.get(3)),
                      (row, s) ->
                          new Step<>(
                              // The carries change places: the next one is an input of the body.
                              List.of(s.get(1), s.get(0)),
                              List.of(row.get(0), s.get(0), in.get(2), row.get(1).mul(s.get(0)))));
          return List.of(
              run.last().get(0),
              run.stacked().get(0),
              run.stacked().get(1),
              run.stacked().get(2),
              run.stacked().get(3));
        });
  }

  @Test
  void loopsInLoops() {
    check(
        List.of(normal(2, 3), normal(2), normal(2, 2)),
        in -> {
          Scanned<Variable> run =
              Loop.scan(
                  in.get(0),
                  in.get(1),
                  (row, h) -> {
                    Variable fromRow =
                        Loop.scan(row, h, (x, inner) -> tanh(inner.dot(in.get(2)).add(x).add(h)))
                            .last();
                    return fromRow.mul(row.sum());
                  });
          return List.of(run.history());
        });
  }

  @Test
  void maskedRowsDrawnInTheLoop() {
    RandomStream stream = new RandomStream(SEED);
    check(
        List.of(normal(3, 4), normal(4)),
        in ->
            List.of(
                Loop.scan(in.get(0), in.get(1), (x, h) -> tanh(Nn.dropout(h, 0.5, stream).add(x)))
                    .last()));
  }

  @Test
  void aLossInsideTheLoop() {
    // The gradient is taken in each step: the loop descends along it.
    Input x = new Input("x", TensorType.scalar(DType.F64));
    Variable found =
        Loop.steps(3)
            .scan((Variable) x, (_, at) -> at.sub(Gradients.grad(at.sub(3).square(), at).mul(0.25)))
            .last();
    assertEquals("2.875", show(found, Map.of(x, Evaluations.scalar(2))));
    assertEquals(
        "0.125", show(Gradients.grad(found, (Variable) x), Map.of(x, Evaluations.scalar(2))));
  }

  @Test
  void bodiesOfManyNodes() {
    Input x = new Input("x", TensorType.of(DType.F64, 2));
    Input h = new Input("h", TensorType.scalar(DType.F64));
    Variable last =
        Loop.scan(
                (Variable) x,
                (Variable) h,
                (in, state) -> {
                  Variable at = state;
                  for (int i = 0; i < 20_000; i++) {
                    at = i % 2 == 0 ? at.mul(in) : at.neg();
                  }
                  return at;
                })
            .last();
    Map<Input, HostTensor> at = new LinkedHashMap<>();
    at.put(x, vector(1, 1));
    at.put(h, Evaluations.scalar(3));
    assertEquals("1.0", show(Gradients.grad(last, (Variable) h), at));
    assertEquals("[30000.0, 30000.0]", show(Gradients.grad(last, (Variable) x), at));
  }
}
