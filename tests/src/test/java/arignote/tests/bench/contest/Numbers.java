package arignote.tests.bench.contest;

import java.util.Arrays;
import java.util.Random;

/// The numbers that cases run on, the same in every process.
public final class Numbers {
  private Numbers() {}

  public static float[] uniform(long seed, double low, double high, int count) {
    Random random = new Random(seed);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) (low + (high - low) * random.nextDouble());
    }
    return numbers;
  }

  /// Whole numbers, `low <= n < high`.
  public static long[] whole(long seed, int low, int high, int count) {
    return new Random(seed).ints(count, low, high).asLongStream().toArray();
  }

  public static float[] constant(double value, int count) {
    float[] numbers = new float[count];
    Arrays.fill(numbers, (float) value);
    return numbers;
  }

  /// The Euclidean norm.
  public static double norm(Iterable<float[]> vectors) {
    double sum = 0;
    for (float[] vector : vectors) {
      for (float x : vector) {
        sum += (double) x * x;
      }
    }
    return Math.sqrt(sum);
  }
}
