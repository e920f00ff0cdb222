package arignote.tests.dsl;

import static arignote.dsl.Loop.scan;
import static arignote.dsl.Values.constant;
import static arignote.dsl.Values.input;
import static arignote.dsl.Values.shared;
import static arignote.tests.dsl.Evaluation.valueOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import arignote.dsl.Emission;
import arignote.dsl.Loop;
import arignote.dsl.RandomStream;
import arignote.dsl.Scanned;
import arignote.dsl.Step;
import arignote.dsl.Values;
import arignote.ir.Constant;
import arignote.ir.Result;
import arignote.ir.Shared;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import arignote.ir.op.Scan;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LoopTest {
  private record Pair(Variable a, Variable b) {}

  private final Variable xs = constant(HostTensor.of(new float[] {1, 2, 3, 4}));
  private final Variable zero = constant(DType.F32, 0);

  @Test
  void aRunningSum() {
    Scanned<Variable> run = scan(xs, zero, (x, sum) -> sum.add(x));
    assertEquals("f32 10.0", valueOf(run.last()));
    assertEquals("f32[4] [1.0, 3.0, 6.0, 10.0]", valueOf(run.history()));
  }

  /// Elements and states have the type of a step's results, not that of an input or a parameter.
  @Test
  void sequencesAndStatesMayBeAnyKindOfVariable() {
    Shared sequence = shared("s", HostTensor.of(new float[] {1, 2, 3}));
    Constant zero = constant(DType.F32, 0);
    Scanned<Variable> run = scan(sequence, zero, (x, sum) -> sum.add(x));
    assertEquals("f32[3] [1.0, 3.0, 6.0]", valueOf(run.history()));
    assertEquals("f32 6.0", valueOf(Loop.foldl(sequence, zero, (x, sum) -> sum.add(x))));
    assertEquals("f32 4.0", valueOf(Loop.foldr(sequence, zero, (x, sum) -> x.mul(2).sub(sum))));
    assertEquals("f32 6.0", valueOf(Loop.reduce(sequence, zero, (x, sum) -> sum.add(x))));
    assertEquals("f32[3] [1.0, 4.0, 9.0]", valueOf(Loop.map(sequence, x -> x.mul(x))));
    Scanned<Pair> pairs =
        scan(sequence, new Pair(zero, zero), (x, s) -> new Pair(s.a().add(x), s.a()));
    assertEquals("f32 3.0", valueOf(pairs.last().b()));
    Scanned<Variable> ofTree = scan(List.of(sequence), zero, (x, sum) -> sum.add(x.getFirst()));
    assertEquals("f32 6.0", valueOf(ofTree.last()));
    Emission<Variable, Variable> emitted =
        Loop.over(sequence).emit(zero, (x, sum) -> new Step<>(sum.add(x), x.neg()));
    assertEquals("f32[3] [-1.0, -2.0, -3.0]", valueOf(emitted.stacked()));
    assertEquals(
        "f32 3.0",
        valueOf(
            Loop.over(sequence).until(zero, (x, sum) -> new Step<>(sum.add(x), x.ge(2))).last()));
  }

  @Test
  void inReverseEachStepStacksWhereItsElementWas() {
    Scanned<Variable> run = Loop.over(xs).reversed().scan(zero, (x, sum) -> sum.add(x));
    assertEquals("f32[4] [10.0, 9.0, 7.0, 4.0]", valueOf(run.history()));
  }

  @Test
  void severalStatesFibonacci() {
    Pair start = new Pair(constant(DType.I64, 0), constant(DType.I64, 1));
    Scanned<Pair> run = Loop.steps(10).scan(start, (_, s) -> new Pair(s.b(), s.a().add(s.b())));
    assertEquals("i64[10] [1, 1, 2, 3, 5, 8, 13, 21, 34, 55]", valueOf(run.history().a()));
  }

  @Test
  void withoutStepsTheStateIsTheInitialOne() {
    Scanned<Variable> run = scan(Values.zeros(DType.F32, 0), constant(DType.F32, 7), Variable::add);
    assertEquals("f32 7.0", valueOf(run.last()));
    assertEquals("f32[0] []", valueOf(run.history()));
  }

  @Test
  void stepsSeeTheirNumberAndMapNeedsNoState() {
    assertEquals("i64[4] [0, 1, 4, 9]", valueOf(Loop.steps(4).map(i -> i.mul(i))));
  }

  @Test
  void outputsMayDifferFromTheState() {
    Emission<Variable, Pair> run =
        Loop.over(xs)
            .emit(zero, (x, sum) -> new Step<>(sum.add(x), new Pair(sum, sum.add(x).square())));
    assertEquals("f32[4] [0.0, 1.0, 3.0, 6.0]", valueOf(run.stacked().a()));
    assertEquals("f32[4] [1.0, 9.0, 36.0, 100.0]", valueOf(run.stacked().b()));
    assertEquals("f32 10.0", valueOf(run.last()));
  }

  @Test
  void loopsNest() {
    Variable table =
        Loop.over(xs).map(x -> Loop.over(xs).map(y -> Loop.steps(2).map(_ -> x.mul(y)).sum()));
    assertEquals("f32[4,4]", table.type().toString());
    assertEquals("f32[4] [8.0, 16.0, 24.0, 32.0]", valueOf(table.get(3)));
  }

  @Test
  void whatALambdaUsesFromOutsideIsCapturedOnce() {
    Variable w = input("w", DType.F32, 3, 3);
    Variable x = input("x", DType.F32, "T", "B", 3);
    Variable outside = w.exp();
    Scanned<Variable> run =
        scan(
            x,
            Values.zeros(DType.F32, "B", 3),
            (in, h) -> h.dot(outside).add(in.dot(outside)).add(1));
    Scan op = (Scan) ((Result) run.last()).apply().op();
    assertEquals(List.of("captured"), op.capturedInputs().stream().map(i -> i.name()).toList());
    assertEquals(3, ((Result) run.last()).apply().operands().size());
  }

  @Test
  void aStateThatChangesItsTypeIsNamed() {
    TypeException error =
        assertThrows(
            TypeException.class,
            () -> scan(xs, new Pair(zero, zero), (x, s) -> new Pair(s.a(), s.b().gt(x))));
    assertEquals(
        "scan: the state \"b\" starts as f32, the step returns bool; make the initial value of"
            + " that type, or cast or broadcast what the step returns; operands: 0.0 (LoopTest.java:"
            + lineOf(error)
            + ")",
        error.getMessage());
  }

  private static int lineOf(Throwable error) {
    for (StackTraceElement frame : error.getStackTrace()) {
      if (frame.getClassName().equals(LoopTest.class.getName())) {
        return frame.getLineNumber();
      }
    }
    throw new AssertionError(error);
  }

  @Test
  void sequencesOfDifferentLengthsAreRefused() {
    Pair uneven = new Pair(input("a", DType.F32, "T"), input("b", DType.F32, "S"));
    TypeException error =
        assertThrows(TypeException.class, () -> scan(uneven, zero, (in, s) -> s.add(in.a())));
    assertEquals(
        "scan: the sequence \"b\" is f32[S], expected a first axis of length T; slice the sequences to one length; operands: b (LoopTest.java:"
            + lineOf(error)
            + ")",
        error.getMessage());
  }

  @Test
  void eachStepDrawsItsOwnRandomNumbers() {
    RandomStream random = new RandomStream(1);
    Variable draws = Loop.steps(3).map(_ -> random.uniform(Values.type(DType.F64)));
    String[] numbers = valueOf(draws).replaceAll("f64\\[3] \\[|]", "").split(", ");
    assertEquals(
        3, List.of(numbers).stream().distinct().count(), () -> List.of(numbers).toString());
  }
}
