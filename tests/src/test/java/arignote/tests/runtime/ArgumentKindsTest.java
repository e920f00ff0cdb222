package arignote.tests.runtime;

import static arignote.dsl.Maths.select;
import static arignote.dsl.Values.input;
import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.ir.Input;
import arignote.runtime.ArgumentException;
import arignote.runtime.Function;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What a function takes besides tensors: Java arrays, memory segments, numbers.
final class ArgumentKindsTest {
  private static Function identity(DType dtype, Object... shape) {
    Input x = input("x", dtype, shape);
    return Function.compile().inputs(x).outputs(x).build("f");
  }

  private static String message(Function f, Object... arguments) {
    return Messages.of(ArgumentException.class, () -> f.call(arguments));
  }

  @Test
  void arraysOfEveryDtype() {
    Object[][] arrays = {
      {DType.BOOL, new boolean[] {true, false}, "bool[2] [true, false]"},
      {DType.I32, new int[] {1, 2}, "i32[2] [1, 2]"},
      {DType.I64, new long[] {1, 2}, "i64[2] [1, 2]"},
      {DType.F32, new float[] {1, 2}, "f32[2] [1.0, 2.0]"},
      {DType.F64, new double[] {1, 2}, "f64[2] [1.0, 2.0]"},
      {DType.I64, new int[] {1, 2}, "i64[2] [1, 2]"},
      {DType.F64, new int[] {1, 2}, "f64[2] [1.0, 2.0]"},
      {DType.F64, new float[] {1, 2}, "f64[2] [1.0, 2.0]"},
    };
    for (Object[] row : arrays) {
      assertEquals(row[2], identity((DType) row[0], "N").call(row[1]).get(0).toString());
    }
  }

  @Test
  void nestedArraysHaveAsManyAxes() {
    int[][] matrix = {{1, 2, 3}, {4, 5, 6}};
    Function f = identity(DType.I64, "T", "B");
    assertEquals("i64[2,3] [[1, 2, 3], [4, 5, 6]]", f.call((Object) matrix).get(0).toString());
    // Without the cast a nested array is all of the varargs; it still is one argument.
    assertEquals("i64[2,3] [[1, 2, 3], [4, 5, 6]]", f.call((Object[]) matrix).get(0).toString());
    boolean[][][] cube = {{{true}, {false}}};
    assertEquals(
        "bool[1,2,1] [[[true], [false]]]",
        identity(DType.BOOL, "A", "B", 1).call((Object) cube).get(0).toString());
    assertEquals("i64[0,0] []", f.call((Object) new int[0][]).get(0).toString());
  }

  @Test
  void argumentsOfSeveralKindsByPositionAndByName() {
    Input x = input("x", DType.F32, "T", "B");
    Input rate = input("rate", DType.F32);
    Input flag = input("flag", DType.BOOL);
    Function f =
        Function.compile().inputs(x, rate, flag).outputs(select(flag, x.mul(rate), x)).build("f");
    float[][] matrix = {{1, 2}};
    String doubled = "f32[1,2] [[2.0, 4.0]]";
    assertEquals(doubled, f.call(matrix, 2, true).get(0).toString());
    assertEquals(doubled, f.call(matrix, 2.0, true).get(0).toString());
    assertEquals(
        doubled,
        f.call(HostTensor.ofArray(matrix), HostTensor.scalar(DType.F32, 2.0), true)
            .get(0)
            .toString());
    assertEquals(doubled, f.call(Map.of("rate", 2L, "flag", true, "x", matrix)).get(0).toString());
  }

  @Test
  void segmentsTakeTheirShapeFromTheOthers() {
    Input mask = input("mask", DType.F32, "T", "B");
    Input tokens = input("tokens", DType.I64, "T", "B");
    Function f =
        Function.compile()
            .inputs(mask, tokens)
            .outputs(tokens.add(mask.cast(DType.I64)))
            .build("f");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 0, 1, 0);
      assertEquals(
          "i64[2,2] [[6, 6], [8, 8]]",
          f.call(segment, new int[][] {{5, 6}, {7, 8}}).get(0).toString());
    }
    assertEquals(
        "i64[1,2] [[6, 8]]",
        f.call(new float[][] {{1, 2}}, MemorySegment.ofArray(new long[] {5, 6})).get(0).toString());
  }

  @Test
  void oneLengthFollowsFromASegmentsSize() {
    MemorySegment six = MemorySegment.ofArray(new float[] {1, 2, 3, 4, 5, 6});
    assertEquals(
        "f32[2,3] [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]",
        identity(DType.F32, "N", 3).call(six).get(0).toString());
    assertEquals(
        "function \"f\": the input \"x\" is f32[N,4], the argument a MemorySegment of 24 bytes;"
            + " with {N=1} it would be 16",
        message(identity(DType.F32, "N", 4), six));
    assertEquals(
        "function \"f\": the input \"x\" is f32[5], the argument a MemorySegment of 24 bytes;"
            + " with {} it would be 20",
        message(identity(DType.F32, 5), six));
    assertEquals(
        "function \"f\": the input \"x\" is f32[T,B], the argument a MemorySegment, and the others"
            + " do not tell the lengths [T, B]; pass HostTensor.wrap(segment, DType.F32, ...)",
        message(identity(DType.F32, "T", "B"), six));
  }

  @Test
  void segmentsOutsideOfTheHeapAreUsedWhereTheyLie() {
    Input x = input("x", DType.F32, "N");
    Function f = Function.compile().inputs(x).outputs(x.sum()).build("f");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2);
      assertEquals(3, f.call(segment).item());
      segment.setAtIndex(ValueLayout.JAVA_FLOAT, 0, 10);
      assertEquals(12, f.call(segment.asReadOnly()).item());
    }
  }

  @Test
  void whatCannotBeAnArgumentIsNamed() {
    Function f = identity(DType.F32, "N");
    assertEquals(
        "function \"f\": the input \"x\" is f32[N], the argument a double[], which is f64; convert"
            + " it with HostTensor.ofArray(...).cast(DType.F32)",
        message(f, (Object) new double[] {1}));
    assertEquals(
        "function \"f\": the input \"x\" is f32[N], the argument a java.lang.String; pass a"
            + " HostTensor, a Java array, a MemorySegment or, for an input without axes, a number",
        message(f, "1"));
    assertEquals(
        "function \"f\": input \"x\": cannot make a tensor of a java.lang.String[]; expected an"
            + " array of boolean, int, long, float or double, nested to any depth",
        message(f, (Object) new String[] {"1"}));
    assertEquals(
        "function \"f\": input \"x\": cannot make a tensor of a float[][] whose rows differ: row"
            + " [1] has length 1, the first one has length 2",
        message(f, (Object) new float[][] {{1, 2}, {3}}));
    assertEquals(
        "function \"f\": argument 0, \"x\", must be f32[N], found f32[1,1]: the number of axes differs; reshape it, or add axes of length 1",
        message(f, (Object) new float[][] {{1}}));
    assertEquals(
        "function \"f\": argument 0, \"x\", must be f32[N], found f32: the number of axes differs; reshape it, or add axes of length 1",
        message(f, 1));
    assertEquals(
        "function \"f\" takes 1 arguments, [x: f32[N]]; found 2", message(f, new float[1], 1));
  }

  @Test
  void numbersThatDoNotFitAreRefused() {
    for (DType dtype : List.of(DType.I32, DType.I64)) {
      Function f = identity(dtype);
      assertEquals(7, f.call(7).get(0).getLong(0));
      assertEquals(
          "function \"f\": the input \"x\" is %s, the argument the Double 1.5, which does not fit"
              .formatted(dtype),
          message(f, 1.5));
    }
    assertEquals(
        "function \"f\": the input \"x\" is bool, the argument the Integer 1, which does not fit",
        message(identity(DType.BOOL), 1));
    assertEquals(
        "function \"f\": the input \"x\" is i32, the argument the Long 4294967296, which does not"
            + " fit",
        message(identity(DType.I32), 1L << 32));
  }
}
