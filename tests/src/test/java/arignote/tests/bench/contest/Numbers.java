package arignote.tests.bench.contest;

import java.util.List;
import java.util.Random;

/// The numbers that cases run on, the same in every process.
public final class Numbers {
  private Numbers() {}

  /// Numbers between `-bound` and `bound`.
  static float[] uniform(long seed, double bound, int count) {
    Random random = new Random(seed);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) (bound * (2 * random.nextDouble() - 1));
    }
    return numbers;
  }

  /// Whole numbers, `low <= n < high`.
  static long[] whole(long seed, int low, int high, int count) {
    return new Random(seed).ints(count, low, high).asLongStream().toArray();
  }

  /// The Euclidean norm of all numbers together.
  public static double norm(List<float[]> vectors) {
    double sum = 0;
    for (float[] vector : vectors) {
      for (float x : vector) {
        sum += (double) x * x;
      }
    }
    return Math.sqrt(sum);
  }

  /// A matrix, row by row, transposed.
  public static float[] transposed(float[] matrix, int columns) {
    int rows = matrix.length / columns;
    float[] transposed = new float[matrix.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        transposed[j * rows + i] = matrix[i * columns + j];
      }
    }
    return transposed;
  }

  /// Vectors one behind the other.
  public static float[] joined(List<float[]> parts) {
    float[] whole = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int end = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, whole, end, part.length);
      end += part.length;
    }
    return whole;
  }
}
