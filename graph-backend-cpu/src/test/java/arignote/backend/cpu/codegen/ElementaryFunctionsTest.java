package arignote.backend.cpu.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import arignote.backend.cpu.kernel.Loop;
import arignote.backend.cpu.kernel.Operand;
import arignote.backend.cpu.kernel.StepBuilder;
import arignote.ir.op.UnaryFn;
import arignote.tensor.DType;
import arignote.tensor.SpecialFunctions;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// How far the exponential function and its like are from the truth, and that they have the same
/// bits in vectors and element by element.
class ElementaryFunctionsTest {
  /// The functions; for each by how many units in the last place `f32` and `f64` are off at most,
  /// and what is precise enough to tell for `f32`.
  enum Case {
    EXP(1, 1, Math::exp),
    EXPM1(1.5, 1.5, Math::expm1),
    LOG(1, 1, Math::log),
    LOG1P(1, 1.5, Math::log1p),
    SINH(1.5, 1.5, Math::sinh),
    COSH(1.5, 1.5, Math::cosh),
    TANH(1, 1.5, Math::tanh),
    SIGMOID(2.5, 2.5, SpecialFunctions::sigmoid),
    SOFTPLUS(2, 2, SpecialFunctions::softplus);

    final double ulps32;
    final double ulps64;
    final DoubleUnaryOperator exact;

    Case(double ulps32, double ulps64, DoubleUnaryOperator exact) {
      this.ulps32 = ulps32;
      this.ulps64 = ulps64;
      this.exact = exact;
    }

    UnaryFn fn() {
      return UnaryFn.valueOf(name());
    }
  }

  private static final int MANY = 1 << 16;

  /// What a kernel makes of some numbers.
  private static double[] run(Kernels kernels, UnaryFn fn, DType dtype, double[] x) {
    StepBuilder steps = new StepBuilder(List.of(new Operand.Memory(dtype)));
    Loop loop = steps.loop(List.of(steps.unary(fn, dtype, 0)));
    double[] result = new double[x.length];
    try (Arena arena = Arena.ofConfined()) {
      long from = arena.allocate(x.length * 8L, 64).address();
      long to = arena.allocate(x.length * 8L, 64).address();
      for (int i = 0; i < x.length; i++) {
        if (dtype == DType.F32) {
          Memory.putFloat(from + i * 4L, (float) x[i]);
        } else {
          Memory.putDouble(from + i * 8L, x[i]);
        }
      }
      StagedKernel.of(kernels, loop, new boolean[1], x.length, arena)
          .run(new long[] {from, to}, x.length);
      for (int i = 0; i < x.length; i++) {
        result[i] =
            dtype == DType.F32 ? Memory.getFloat(to + i * 4L) : Memory.getDouble(to + i * 8L);
      }
    }
    return result;
  }

  /// Floats of every exponent and sign, and many between -100 and 100.
  private static double[] floats(int part, Random random) {
    double[] x = new double[MANY];
    for (int i = 0; i < MANY; i++) {
      x[i] =
          switch (part % 3) {
            case 0 -> Float.intBitsToFloat(random.nextInt());
            case 1 -> (float) ((random.nextDouble() * 2 - 1) * 104);
            default -> (float) (random.nextGaussian() * 2);
          };
    }
    return x;
  }

  @ParameterizedTest
  @EnumSource
  void floatsAreRightAndTheSameInVectors(Case function) {
    long seed = Long.getLong("elementary.seed", 5);
    System.out.println("ElementaryFunctionsTest: -Delementary.seed=" + seed);
    Random random = new Random(seed);
    Kernels scalar = Kernels.scalar();
    Kernels vector = Kernels.create();
    double worst = 0;
    double worstAt = 0;
    for (int part = 0; part < 48; part++) {
      double[] x = floats(part, random);
      double[] found = run(scalar, function.fn(), DType.F32, x);
      double[] inVectors = run(vector, function.fn(), DType.F32, x);
      for (int i = 0; i < MANY; i++) {
        double at = x[i];
        if (Float.floatToIntBits((float) found[i]) != Float.floatToIntBits((float) inVectors[i])) {
          assertEquals(found[i], inVectors[i], function + " in vectors at " + at);
        }
        double exact = function.exact.applyAsDouble(at);
        double error = ulps32(exact, found[i]);
        if (error > worst) {
          worst = error;
          worstAt = at;
        }
      }
    }
    assertTrue(worst <= function.ulps32, function + " is off by " + worst + " at " + worstAt);
  }

  /// Infinity where one is not finite and the other is something else.
  private static double ulps32(double exact, double found) {
    float rounded = (float) exact;
    if (!Float.isFinite(rounded) || !Double.isFinite(found) || rounded == 0) {
      return Float.compare(rounded, (float) found) == 0 ? 0 : Double.POSITIVE_INFINITY;
    }
    return Math.abs(found - exact) / Math.ulp(rounded);
  }

  /// By `elementary_functions.py`.
  @ParameterizedTest
  @EnumSource
  void doublesAreRight(Case function) throws IOException {
    List<Double> arguments = new ArrayList<>();
    List<BigDecimal> exact = new ArrayList<>();
    for (String line : lines()) {
      String[] fields = line.split(" ", -1);
      if (fields[0].equals(function.name().toLowerCase(Locale.ROOT))) {
        arguments.add(Double.parseDouble(fields[1]));
        exact.add(new BigDecimal(fields[2]));
      }
    }
    assertTrue(exact.size() > 300, "too few values: " + exact.size());
    double[] x = arguments.stream().mapToDouble(Double::doubleValue).toArray();
    double[] found = run(Kernels.scalar(), function.fn(), DType.F64, x);
    for (int i = 0; i < x.length; i++) {
      double ulp = Math.ulp(exact.get(i).doubleValue());
      double error =
          new BigDecimal(found[i])
              .subtract(exact.get(i))
              .divide(new BigDecimal(ulp), MathContext.DECIMAL64)
              .abs()
              .doubleValue();
      String what = "%s(%s) = %s is %.2f ulps off".formatted(function, x[i], found[i], error);
      assertTrue(error <= function.ulps64, what);
    }
  }

  private static List<String> lines() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            ElementaryFunctionsTest.class.getResourceAsStream("elementary-functions.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  /// Doubles of every exponent and sign, many small ones, and what overflows or underflows.
  private static double[] doubles(int part, Random random) {
    double[] x = new double[MANY];
    for (int i = 0; i < MANY; i++) {
      x[i] =
          switch (part % 3) {
            case 0 -> Double.longBitsToDouble(random.nextLong());
            case 1 -> (random.nextDouble() * 2 - 1) * 750;
            default -> random.nextGaussian() * 2;
          };
    }
    return x;
  }

  /// The functions of the JVM are off by one unit themselves, sinh and the composed ones by more.
  @ParameterizedTest
  @EnumSource
  void doublesAreAsThoseOfJavaAndTheSameInVectors(Case function) {
    Random random = new Random(6);
    for (int part = 0; part < 6; part++) {
      double[] x = doubles(part, random);
      double[] found = run(Kernels.scalar(), function.fn(), DType.F64, x);
      double[] inVectors = run(Kernels.create(), function.fn(), DType.F64, x);
      for (int i = 0; i < MANY; i++) {
        double expected = function.exact.applyAsDouble(x[i]);
        boolean close =
            Double.compare(expected, found[i]) == 0
                || Math.abs(found[i] - expected) <= (function.ulps64 + 4) * Math.ulp(expected);
        if (!close || Double.compare(found[i], inVectors[i]) != 0) {
          fail(
              "%s(%s) is %s, in vectors %s, of Java %s"
                  .formatted(function, x[i], found[i], inVectors[i], expected));
        }
      }
    }
  }

  /// NaN, infinities, zeros with their signs, poles, and where results begin to be infinite or
  /// zero.
  @ParameterizedTest
  @EnumSource
  void edgesAreThoseOfJava(Case function) {
    double max = function == Case.SINH || function == Case.COSH ? 1 : 0;
    for (DType dtype : List.of(DType.F32, DType.F64)) {
      boolean single = dtype == DType.F32;
      double[] x = {
        Double.NaN,
        single ? Float.intBitsToFloat(0x7f812345) : Double.longBitsToDouble(0x7ff0000000012345L),
        single ? Float.intBitsToFloat(0xffc00fff) : Double.longBitsToDouble(0xfff800000000ffffL),
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        0.0,
        -0.0,
        1,
        -1,
        single ? Float.MIN_VALUE : Double.MIN_VALUE,
        single ? -Float.MIN_VALUE : -Double.MIN_VALUE,
        single ? Float.MIN_NORMAL : Double.MIN_NORMAL,
        single ? 0x1p-60 : 0x1p-200,
        single ? -0x1p-60 : -0x1p-200,
        single ? Float.MAX_VALUE : Double.MAX_VALUE,
        single ? -Float.MAX_VALUE : -Double.MAX_VALUE,
        (single ? 88.5 : 709.5) + max,
        (single ? 88.9 : 710) + max,
        (single ? -103.9 : -745.1) - max,
        (single ? -104.1 : -745.2) - max,
        single ? -87.5 : -708.5
      };
      for (Kernels kernels : List.of(Kernels.scalar(), Kernels.create())) {
        double[] found = run(kernels, function.fn(), dtype, x);
        for (int i = 0; i < x.length; i++) {
          double exact = function.exact.applyAsDouble(x[i]);
          double expected = single ? (float) exact : exact;
          String what = function + " of " + dtype + " at " + x[i];
          if (expected == 0 || !Double.isFinite(expected) || expected == x[i]) {
            assertEquals(expected, found[i], what);
          } else {
            double ulp = single ? Math.ulp((float) expected) : Math.ulp(expected);
            assertEquals(expected, found[i], 4 * ulp, what);
          }
        }
      }
    }
  }
}
