package arignote.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ir.Graph;
import arignote.ir.text.IrParser;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.List;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Sums of many floats compared with sums in twice the digits of double precision.
class SummationErrorTest {
  /// What the Javadoc of the sums promises, with the rounding of the result: `4 * 2^-24`.
  private static final double BOUND = 0x1p-22;

  private static final int MANY = 10_000_000;

  /// Numbers that naive summation in `f32` is bad at.
  enum Numbers implements LongToDoubleFunction {
    /// All errors have the same sign for a long time.
    EQUAL {
      @Override
      public double applyAsDouble(long index) {
        return 0.1f;
      }
    },
    POSITIVE {
      @Override
      public double applyAsDouble(long index) {
        return fraction(index);
      }
    },
    /// A large number among small ones that no partial sum may lose.
    UNEQUAL {
      @Override
      public double applyAsDouble(long index) {
        return index % 1000 == 0 ? 4096 : 0x1p-13f;
      }
    },
    OF_BOTH_SIGNS {
      @Override
      public double applyAsDouble(long index) {
        return fraction(index) - 0.5f;
      }
    };

    private static float fraction(long index) {
      return (index * 0x9E3779B97F4A7C15L >>> 40) * 0x1p-24f;
    }
  }

  private static HostTensor tensor(LongToDoubleFunction numbers, long... shape) {
    HostTensor tensor = HostTensor.zeros(DType.F32, shape);
    for (long i = 0; i < tensor.size(); i++) {
      tensor.setDouble(i, numbers.applyAsDouble(i));
    }
    return tensor;
  }

  /// Whether a sum of the elements `first, first + step, ...` is as exact as promised.
  private static void assertSum(
      HostTensor x, long first, long step, long count, double found, String what) {
    double high = 0;
    double low = 0;
    double absolute = 0;
    for (long i = 0; i < count; i++) {
      double element = x.getDouble(first + i * step);
      double sum = high + element;
      double rest = sum - high;
      low += (high - (sum - rest)) + (element - rest);
      high = sum;
      absolute += Math.abs(element);
    }
    double error = Math.abs(high - found + low);
    assertTrue(
        error <= BOUND * absolute,
        "%s: expected %s, found %s, off by %s of the sum of absolute values"
            .formatted(what, high + low, found, error / absolute));
  }

  private static Compiled compiled(String axes, String result) {
    Graph graph =
        IrParser.parse(
                """
                graph @sum(%%x: f32[B,C]) -> %2$s {
                  %%0 = sum(%%x) {axes=%1$s} : %2$s
                  return %%0
                }
                """
                    .formatted(axes, result))
            .graph();
    return Compiled.of(graph, List.of(), 2);
  }

  @ParameterizedTest
  @EnumSource
  void sumsOfAllElements(Numbers numbers) {
    HostTensor x = tensor(numbers, 1, MANY);
    double found = compiled("[0, 1]", "f32").call(x).getFirst().item();
    assertSum(x, 0, 1, MANY, found, "all");
  }

  @ParameterizedTest
  @EnumSource
  void sumsOfColumns(Numbers numbers) {
    // One vector and what is left over.
    HostTensor x = tensor(numbers, MANY / 20, 20);
    HostTensor found = compiled("[0]", "f32[C]").call(x).getFirst();
    for (int column : new int[] {0, 15, 19}) {
      assertSum(x, column, 20, MANY / 20, found.getDouble(column), "column " + column);
    }
  }

  @ParameterizedTest
  @EnumSource
  void sumsOfRows(Numbers numbers) {
    HostTensor x = tensor(numbers, 3, MANY / 10 + 7);
    HostTensor found = compiled("[1]", "f32[B]").call(x).getFirst();
    for (int row = 0; row < 3; row++) {
      assertSum(x, row * x.dim(1), 1, x.dim(1), found.getDouble(row), "row " + row);
    }
  }

  @Test
  void sumsOfWhatALoopComputes() {
    Graph graph =
        IrParser.parse(
                """
                graph @sum(%x: f32[N]) -> f32 {
                  %0 = fused {
                    with %x: f32[N] = %x
                    %1 = neg(%x) : f32[N]
                    %2 = sum(%1) {axes=[0]} : f32
                    yield %2
                  } : f32
                  return %0
                }
                """)
            .graph();
    HostTensor x = tensor(Numbers.UNEQUAL, MANY);
    double found = Compiled.of(graph, List.of(), 2).call(x).getFirst().item();
    assertSum(x, 0, 1, MANY, -found, "fused");
  }
}
