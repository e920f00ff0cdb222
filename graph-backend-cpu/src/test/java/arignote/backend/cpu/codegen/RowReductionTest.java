package arignote.backend.cpu.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.ir.op.ReduceFn;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Reductions in vectors and element by element agree on what is special: NaN, infinities, zeros of
/// both signs, wherever in a row they are.
class RowReductionTest {
  private static final double[] SPECIAL = {
    0.0, -0.0, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -1, 1
  };

  @ParameterizedTest
  @CsvSource({"MAX,F32", "MIN,F32", "MAX,F64", "MIN,F64"})
  void specialValuesAnywhere(ReduceFn fn, DType dtype) {
    RowReduction vectors = new RowReduction(fn, dtype, true);
    RowReduction scalars = new RowReduction(fn, dtype, false);
    HostTensor scratch = HostTensor.zeros(dtype, 64);
    double worst = fn == ReduceFn.MAX ? -1 : 1;
    for (int length : new int[] {64, 65, 127, 130, 200}) {
      for (int position = 0; position < length; position++) {
        for (double first : SPECIAL) {
          for (double second : SPECIAL) {
            HostTensor x = HostTensor.zeros(dtype, length);
            for (int i = 0; i < length; i++) {
              x.setDouble(i, worst * (1 + i % 3));
            }
            x.setDouble(position, first);
            x.setDouble((position + 17) % length, second);
            assertEquals(
                scalars.row(x.segment().address(), dtype.bytes(), length, 0),
                vectors.row(
                    x.segment().address(), dtype.bytes(), length, scratch.segment().address()),
                "%s at %d and %s of %d".formatted(first, position, second, length));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"MAX,F32", "MIN,F32", "SUM,F32", "MAX,F64", "MIN,F64", "SUM,F64"})
  void rowsOfAllLengths(ReduceFn fn, DType dtype) {
    RowReduction vectors = new RowReduction(fn, dtype, true);
    RowReduction scalars = new RowReduction(fn, dtype, false);
    HostTensor scratch = HostTensor.zeros(dtype, 64);
    Random random = new Random(4);
    for (int length = 64; length < 300; length++) {
      HostTensor x = HostTensor.zeros(dtype, length);
      for (int i = 0; i < length; i++) {
        x.setDouble(i, random.nextInt(-1000, 1000));
      }
      // Whole numbers that are small enough add up without an error.
      assertEquals(
          scalars.row(x.segment().address(), dtype.bytes(), length, 0),
          vectors.row(x.segment().address(), dtype.bytes(), length, scratch.segment().address()));
    }
  }
}
