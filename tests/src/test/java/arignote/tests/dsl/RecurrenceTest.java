package arignote.tests.dsl;

import static arignote.dsl.Values.constant;
import static arignote.tests.dsl.Evaluation.valueOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import arignote.autodiff.Gradients;
import arignote.dsl.Loop;
import arignote.dsl.RandomStream;
import arignote.dsl.Recurrence;
import arignote.dsl.Values;
import arignote.ir.TensorType;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import arignote.runtime.Function;
import arignote.runtime.UnusedInput;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Loops with taps, in Theano's words.
final class RecurrenceTest {
  private final Variable xs = constant(HostTensor.of(new float[] {1, 2, 4, 8, 16}));
  private final Variable zero = constant(DType.F32, 0);

  private static Variable longs(long... values) {
    return constant(HostTensor.of(values));
  }

  @Test
  void tapsOnOutputs() {
    Variable fibonacci =
        Recurrence.of(v -> List.of(v.get(0).add(v.get(1))))
            .output(longs(0, 1), -2, -1)
            .steps(8)
            .run()
            .getFirst();
    assertEquals("i64[8] [1, 2, 3, 5, 8, 13, 21, 34]", valueOf(fibonacci));
  }

  @Test
  void tapsWithHolesInTheOrderGiven() {
    // y[t] = 10 * y[t-1] + y[t-3]
    Variable y =
        Recurrence.of(v -> List.of(v.get(0).mul(10).add(v.get(1))))
            .output(longs(1, 2, 3), -1, -3)
            .steps(4)
            .run()
            .getFirst();
    assertEquals("i64[4] [31, 312, 3123, 31261]", valueOf(y));
  }

  @Test
  void tapsOnSequences() {
    Variable y =
        Recurrence.of(v -> List.of(v.get(2).sub(v.get(0)).add(v.get(1).mul(100))))
            .sequence(xs, -1, 0, 1)
            .output()
            .run()
            .getFirst();
    // (x[t+1] - x[t-1]) + 100 x[t] for t = 1, 2, 3
    assertEquals("f32[3] [203.0, 406.0, 812.0]", valueOf(y));
  }

  @Test
  void severalSequencesOutputsAndNonSequences() {
    List<Variable> y =
        Recurrence.of(v -> List.of(v.get(1).mul(v.get(3)).add(v.get(0)), v.get(1).add(v.get(2))))
            .sequence(xs)
            .output(zero)
            .output(constant(DType.F32, 1))
            .nonSequence(constant(DType.F32, 3))
            .run();
    // a' = 3 a + x; b' = a + b
    assertEquals("f32[5] [1.0, 5.0, 19.0, 65.0, 211.0]", valueOf(y.get(0)));
    assertEquals("f32[5] [1.0, 2.0, 7.0, 26.0, 91.0]", valueOf(y.get(1)));
  }

  @Test
  void backwards() {
    Variable y =
        Recurrence.of(v -> List.of(v.get(0).add(v.get(1))))
            .sequence(xs)
            .output(zero)
            .backwards()
            .run()
            .getFirst();
    assertEquals("f32[5] [16.0, 24.0, 28.0, 30.0, 31.0]", valueOf(y));
  }

  @Test
  void fewerStepsThanElements() {
    Variable y = Recurrence.of(v -> List.of(v.get(0))).sequence(xs).output().steps(2).run().get(0);
    assertEquals("f32[2] [1.0, 2.0]", valueOf(y));
  }

  @Test
  void mapReduceAndFolds() {
    assertEquals("f32[5] [1.0, 4.0, 16.0, 64.0, 256.0]", valueOf(Loop.map(xs, x -> x.mul(x))));
    assertEquals("f32 31.0", valueOf(Loop.reduce(xs, zero, (x, sum) -> sum.add(x))));
    // ((((0 - 1) * 2 - 2) * 2 - 4) ...
    assertEquals("f32 -80.0", valueOf(Loop.foldl(xs, zero, (x, s) -> s.mul(2).sub(x))));
    assertEquals("f32 -341.0", valueOf(Loop.foldr(xs, zero, (x, s) -> s.mul(2).sub(x))));
  }

  @Test
  void gradientsThroughTaps() {
    // The sum of y[t] = y[t-1] + y[t-2], each a multiple of the two initial values.
    var initial = Values.input("initial", DType.F32, 2);
    Variable y =
        Recurrence.of(v -> List.of(v.get(0).add(v.get(1))))
            .output(initial, -2, -1)
            .steps(4)
            .run()
            .getFirst();
    Function f =
        Function.compile()
            .inputs(initial)
            .outputs(Gradients.grad(y.sum(), initial))
            .onUnusedInput(UnusedInput.IGNORE)
            .build("f");
    // y = a+b, a+2b, 2a+3b, 3a+5b: of a 1+1+2+3, of b 1+2+3+5
    assertEquals("[7.0, 11.0]", f.call(new float[] {1, 1}).get(0).elementsToString());
  }

  @Test
  void eachStepDrawsItsOwnNumbers() {
    RandomStream random = new RandomStream(4);
    Variable draws =
        Recurrence.of(_ -> List.of(random.uniform(TensorType.of(DType.F32, 2))))
            .output()
            .steps(50)
            .run()
            .getFirst();
    Function f = Function.compile().outputs(draws).build("draws");
    float[] first = f.call().get(0).toFloatArray();
    float[] second = f.call().get(0).toFloatArray();
    assertEquals(
        200,
        java.util.stream.IntStream.range(0, 200)
            .mapToObj(i -> i < 100 ? first[i] : second[i - 100])
            .distinct()
            .count());
  }

  @Test
  void mistakesAreNamed() {
    assertEquals(
        "scan: the taps of an output must be negative, found [-1, 0]",
        messageOf(() -> Recurrence.of(v -> v).output(zero, -1, 0)));
    assertEquals(
        "scan: an output with taps [-2, -1] needs 2 initial values along the first axis, found f32[5]",
        messageOf(() -> Recurrence.of(v -> v).output(xs, -2, -1)));
    assertEquals(
        "scan: there is no sequence; say how many steps to run with steps(n)",
        messageOf(() -> Recurrence.of(v -> v).output(zero).run()));
    assertEquals(
        "scan: the sequences allow different numbers of steps, 5 and 4 of f32[5] with taps [0, 1]; slice them, or say how many with steps(n)",
        messageOf(() -> Recurrence.of(v -> v).sequence(xs).sequence(xs, 0, 1).run()));
    assertEquals(
        "scan: the step returns 2 outputs, 1 were added; add each with output(...)",
        messageOf(() -> Recurrence.of(v -> v).sequence(xs).output(zero).run()));
    assertEquals(
        "scan: a sequence must have a first axis, found f32",
        messageOf(() -> Recurrence.of(v -> v).sequence(zero)));
  }

  private static String messageOf(org.junit.jupiter.api.function.Executable mistake) {
    return String.valueOf(assertThrows(TypeException.class, mistake).getMessage())
        .replaceAll(" \\(RecurrenceTest.java:\\d+\\)$", "");
  }
}
