package arignote.backend.cpu.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.backend.cpu.kernel.Lane;
import arignote.backend.cpu.kernel.Loop;
import arignote.backend.cpu.kernel.Operand;
import arignote.backend.cpu.kernel.Stage;
import arignote.backend.cpu.kernel.Stages;
import arignote.backend.cpu.kernel.Step;
import arignote.backend.cpu.kernel.StepBuilder;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.CompareFn;
import arignote.ir.op.UnaryFn;
import arignote.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KernelsTest {
  private static final Operand F32 = new Operand.Memory(DType.F32);
  private static final Operand BOOL = new Operand.Memory(DType.BOOL);

  private static Kernels kernels(boolean vectors) {
    return vectors ? Kernels.create() : Kernels.scalar();
  }

  private static Kernel only(Kernels kernels, Loop loop, boolean... uniform) {
    Stages stages = Stages.of(loop, uniform, kernels.vectors());
    assertTrue(stages.isSingle());
    return kernels.kernel(stages.stages().getFirst());
  }

  /// `condition ? tanh(x) * scale : x`, and whether `x` is below `scale`.
  private static Loop cell() {
    StepBuilder steps = new StepBuilder(List.of(F32, F32, BOOL));
    int tanh = steps.unary(UnaryFn.TANH, DType.F32, 0);
    int scaled = steps.binary(BinaryFn.MUL, DType.F32, tanh, 1);
    int selected = steps.select(DType.F32, 2, scaled, 0);
    int below = steps.compare(CompareFn.LT, DType.F32, 0, 1);
    return steps.loop(List.of(selected, below));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyLengthAndAlignmentIsComputedAndNothingElseWritten(boolean vectors) {
    long seed = 31;
    Random random = new Random(seed);
    Kernel kernel = only(kernels(vectors), cell(), false, true, false);
    try (Arena arena = Arena.ofConfined()) {
      for (int count = 1; count <= 70; count++) {
        int shift = random.nextInt(5);
        MemorySegment x = arena.allocate((count + 5) * 4L, 64).asSlice(shift * 4L);
        MemorySegment condition = arena.allocate(count + 5, 64).asSlice(shift);
        MemorySegment scale = arena.allocate(4, 4);
        MemorySegment result = arena.allocate((count + 6) * 4L, 64).asSlice(shift * 4L);
        MemorySegment below = arena.allocate(count + 6, 64).asSlice(shift);
        for (int i = 0; i < count; i++) {
          Memory.putFloat(x.address() + i * 4L, (float) random.nextGaussian());
          Memory.putByte(condition.address() + i, random.nextInt(2));
        }
        Memory.putFloat(scale.address(), 0.5f);
        Memory.putFloat(result.address() + count * 4L, 77);
        Memory.putByte(below.address() + count, 77);
        long[] row = {
          x.address(), scale.address(), condition.address(), result.address(), below.address()
        };
        kernel.run(row, count);
        String what = "seed " + seed + ", " + count + " elements";
        for (int i = 0; i < count; i++) {
          float element = Memory.getFloat(x.address() + i * 4L);
          boolean holds = Memory.getByte(condition.address() + i) != 0;
          double expected = holds ? Math.tanh(element) * 0.5 : element;
          assertEquals(expected, Memory.getFloat(result.address() + i * 4L), 1e-6, what);
          assertEquals(element < 0.5f ? 1 : 0, Memory.getByte(below.address() + i), what);
        }
        assertEquals(77, Memory.getFloat(result.address() + count * 4L), what);
        assertEquals(77, Memory.getByte(below.address() + count), what);
      }
    }
  }

  /// Rows of [#cell], each with a scale of its own.
  private record Rows(int count, long[] row, long[] steps, MemorySegment results) {
    static final int MANY = 5;

    static Rows of(Arena arena, Random random, int count) {
      int stride = count + 3;
      MemorySegment x = arena.allocate(4L * MANY * stride, 64);
      MemorySegment scales = arena.allocate(MANY * 4L, 64);
      MemorySegment conditions = arena.allocate((long) MANY * stride, 64);
      MemorySegment results = arena.allocate(5L * MANY * stride, 64);
      for (int i = 0; i < MANY * stride; i++) {
        Memory.putFloat(x.address() + i * 4L, (float) random.nextGaussian());
        Memory.putByte(conditions.address() + i, random.nextInt(2));
      }
      for (int i = 0; i < MANY; i++) {
        Memory.putFloat(scales.address() + i * 4L, (float) random.nextGaussian());
      }
      long below = results.address() + 4L * MANY * stride;
      return new Rows(
          count,
          new long[] {
            x.address(), scales.address(), conditions.address(), results.address(), below
          },
          new long[] {stride * 4L, 4, stride, stride * 4L, stride},
          results);
    }

    byte[] results(Consumer<long[]> kernel) {
      results.fill((byte) 77);
      kernel.accept(row.clone());
      return results.toArray(ValueLayout.JAVA_BYTE);
    }

    byte[] oneByOne(Kernel kernel, int rows) {
      return results(addresses -> {
        for (int i = 0; i < rows; i++) {
          kernel.run(addresses.clone(), count);
          Kernel.move(addresses, steps, 1);
        }
      });
    }
  }

  @Test
  void severalRowsInVectorsHaveTheBitsOfEachAlone() {
    Kernels kernels = Kernels.create();
    Kernel kernel = only(kernels, cell(), false, true, false);
    assertTrue(kernel instanceof VectorKernel);
    Kernel scalar = only(Kernels.scalar(), cell(), false, true, false);
    int lanes = Kernels.lanes(Lane.F32);
    try (Arena arena = Arena.ofConfined()) {
      Rows some = Rows.of(arena, new Random(32), 3 * lanes);
      for (int rows = 1; rows <= Rows.MANY; rows++) {
        int many = rows;
        assertArrayEquals(
            some.oneByOne(scalar, rows),
            some.results(
                row -> ((VectorKernel) kernel).loop(row, 0, some.count(), some.steps(), many)));
      }
    }
  }

  /// A kernel that is so old, and used so often, that it computes everything in vectors in the end.
  @ParameterizedTest
  @ValueSource(ints = {1, 16, 40, 64})
  void severalRowsHaveTheBitsOfEachAloneAtAnyAge(int count) throws InterruptedException {
    Kernel kernel = only(Kernels.create(), cell(), false, true, false);
    Kernel scalar = only(Kernels.scalar(), cell(), false, true, false);
    try (Arena arena = Arena.ofConfined()) {
      Rows some = Rows.of(arena, new Random(33), count);
      for (int rows = 1; rows <= Rows.MANY; rows++) {
        int many = rows;
        byte[] expected = some.oneByOne(scalar, rows);
        for (int call = 0; call < 5000 * rows; call++) {
          byte[] found = some.results(row -> kernel.run(row, count, some.steps(), many));
          assertArrayEquals(expected, found, rows + " rows, call " + call);
        }
        // Vectors are not tried before a kernel is some tenths of a second old.
        Thread.sleep(200);
      }
    }
  }

  @Test
  void equalLoopsShareAKernel() {
    Kernels kernels = Kernels.create();
    assertSame(
        only(kernels, cell(), false, true, false), only(kernels, cell(), false, true, false));
    assertNotSame(
        only(kernels, cell(), false, true, false), only(kernels, cell(), false, false, false));
  }

  @Test
  void mixedTypesBecomeStages() {
    // The comparison of integers has no vectors; what depends on it has.
    StepBuilder steps = new StepBuilder(List.of(new Operand.Memory(DType.I64), F32));
    int zero = steps.value(new Step.Literal(DType.I64, 0));
    int empty = steps.compare(CompareFn.EQ, DType.I64, 0, zero);
    int exp = steps.unary(UnaryFn.EXP, DType.F32, 1);
    Loop loop =
        steps.loop(List.of(steps.select(DType.F32, empty, steps.literal(DType.F32, 0), exp)));
    Stages stages = Stages.of(loop, new boolean[2], true);
    assertEquals(
        List.of(Lane.SCALAR, Lane.F32), stages.stages().stream().map(Stage::lane).toList());
    assertEquals(List.of(DType.BOOL), stages.scratch());
  }

  @Test
  void longLoopsAreCut() {
    StepBuilder steps = new StepBuilder(List.of(F32));
    int value = 0;
    for (int i = 0; i < 1000; i++) {
      value = steps.binary(BinaryFn.ADD, DType.F32, value, 0);
    }
    Stages stages = Stages.of(steps.loop(List.of(value)), new boolean[1], true);
    assertTrue(stages.stages().size() > 10);
    for (Stage stage : stages.stages()) {
      assertTrue(stage.loop().steps().size() <= 100);
    }
  }

  /// Values where functions change their course.
  private static final double[] SPECIAL = {
    0.0,
    -0.0,
    0.5,
    -0.5,
    1,
    -1,
    1.5,
    2.5,
    -2.5,
    3,
    1e-8,
    -1e-8,
    1e-30,
    20,
    -20,
    88.5,
    -88.5,
    -104,
    700,
    -700,
    8388607.5,
    4503599627370495.5,
    1e30,
    -1e30,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY
  };

  /// Before the JVM compiles vector code and afterwards, special values included.
  @ParameterizedTest
  @EnumSource(UnaryFn.class)
  void vectorsHaveTheBitsOfScalars(UnaryFn fn) {
    for (DType dtype : List.of(DType.F32, DType.F64)) {
      if (fn.accepts(dtype)) {
        StepBuilder steps = new StepBuilder(List.of(new Operand.Memory(dtype)));
        Loop loop = steps.loop(List.of(steps.unary(fn, dtype, 0)));
        compare(fn + " of " + dtype, loop, dtype, 1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(BinaryFn.class)
  void vectorsOfPairsHaveTheBitsOfScalars(BinaryFn fn) {
    for (DType dtype : List.of(DType.F32, DType.F64)) {
      if (fn.accepts(dtype)) {
        Operand operand = new Operand.Memory(dtype);
        StepBuilder steps = new StepBuilder(List.of(operand, operand));
        Loop loop = steps.loop(List.of(steps.binary(fn, dtype, 0, 1)));
        compare(fn + " of " + dtype, loop, dtype, 2);
      }
    }
  }

  private static void compare(String what, Loop loop, DType dtype, int operands) {
    boolean[] uniform = new boolean[operands];
    DType resultDtype = loop.outputDtype(0);
    int special = SPECIAL.length;
    int count = special * special + 7;
    long bytes = count * 8L;
    Random random = new Random(7);
    try (Arena arena = Arena.ofConfined()) {
      long[] fromVector = new long[operands + 1];
      for (int operand = 0; operand < operands; operand++) {
        fromVector[operand] = arena.allocate(bytes, 64).address();
        for (int i = 0; i < count; i++) {
          int index = operand == 0 ? i % special : i / special;
          double value = index < special ? SPECIAL[index] : random.nextGaussian() * 5;
          put(dtype, fromVector[operand], i, value);
        }
      }
      Kernel vector = StagedKernel.of(Kernels.create(), loop, uniform, count, arena);
      Kernel scalar = StagedKernel.of(Kernels.scalar(), loop, uniform, count, arena);
      long[] fromScalar = fromVector.clone();
      fromVector[operands] = arena.allocate(bytes, 64).address();
      fromScalar[operands] = arena.allocate(bytes, 64).address();
      scalar.run(fromScalar, count);
      for (int run = 0; run < 3000; run++) {
        vector.run(fromVector, count);
        if (run % 1000 == 0 || run == 2999) {
          for (int i = 0; i < count; i++) {
            double expected = get(resultDtype, fromScalar[operands], i);
            double found = get(resultDtype, fromVector[operands], i);
            double x = get(dtype, fromVector[0], i);
            String where =
                what + " at " + x + (operands == 2 ? ", " + get(dtype, fromVector[1], i) : "");
            assertEquals(expected, found, where + " in run " + run);
          }
        }
      }
    }
  }

  private static void put(DType dtype, long address, int index, double value) {
    if (dtype == DType.F32) {
      Memory.putFloat(address + index * 4L, (float) value);
    } else {
      Memory.putDouble(address + index * 8L, value);
    }
  }

  private static double get(DType dtype, long address, int index) {
    return switch (dtype) {
      case BOOL -> Memory.getByte(address + index);
      case F32 -> Memory.getFloat(address + index * 4L);
      case F64 -> Memory.getDouble(address + index * 8L);
      case I32, I64 -> throw new IllegalArgumentException(dtype + " is not compared here");
    };
  }

  @Test
  void bitsAndBytesOfBoolsRoundTrip() {
    try (Arena arena = Arena.ofConfined()) {
      long address = arena.allocate(16, 8).address();
      for (long bits = 0; bits < 1 << 16; bits++) {
        Memory.putBits16(address, bits);
        assertEquals(bits, Memory.bits16(address));
        assertEquals(bits, Memory.bits(address, 16));
      }
    }
  }
}
