package arignote.tensor;

import java.util.Objects;

/// Random numbers as a function of a key and a position: Philox4x32 with 10 rounds (Salmon, Moraes,
/// Dror, Shaw: Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011). Any part of a stream can be
/// computed by itself, so the numbers do not depend on who computes them in which order.
///
/// A block of four 32-bit words belongs to a 64-bit key and a 128-bit block number, `counter * 2^64
/// + block`. The op [arignote.ir.op.Random] defines which words make which element of a tensor.
public final class Philox {
  private static final int ROUNDS = 10;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final long LOW = 0xFFFFFFFFL;

  private Philox() {}

  /// Computes the four words of a block into `words[0..3]`.
  public static void block(long key, long counter, long block, int[] words) {
    int key0 = (int) key;
    int key1 = (int) (key >>> 32);
    int word0 = (int) block;
    int word1 = (int) (block >>> 32);
    int word2 = (int) counter;
    int word3 = (int) (counter >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = MULTIPLIER_0 * (word0 & LOW);
      long product1 = MULTIPLIER_1 * (word2 & LOW);
      word0 = (int) (product1 >>> 32) ^ word1 ^ key0;
      word1 = (int) product1;
      word2 = (int) (product0 >>> 32) ^ word3 ^ key1;
      word3 = (int) product0;
      key0 += WEYL_0;
      key1 += WEYL_1;
    }
    words[0] = word0;
    words[1] = word1;
    words[2] = word2;
    words[3] = word3;
  }

  /// The `f32` in `[0, 1)` that a word makes: its upper 24 bits.
  public static float toFloat(int word) {
    return (word >>> 8) * 0x1p-24f;
  }

  /// The `f64` in `[0, 1)` that two words make: the upper 27 bits of the first, 26 of the second.
  public static double toDouble(int first, int second) {
    return ((first >>> 5) * 0x1p26 + (second >>> 6)) * 0x1p-53;
  }

  /// Sets all elements of a tensor of floats to what the op `random` makes of a key and a counter.
  public static void fillUniform(long key, long counter, HostTensor target) {
    fillUniform(key, counter, target, 0, target.size());
  }

  /// Sets the elements at the row-major positions `from <= e < to`; threads may fill parts.
  ///
  /// @throws IllegalArgumentException if the elements are not floats
  /// @throws IndexOutOfBoundsException if the range lies outside the tensor
  public static void fillUniform(long key, long counter, HostTensor target, long from, long to) {
    int perBlock =
        switch (target.dtype()) {
          case F32 -> 4;
          case F64 -> 2;
          case BOOL, I32, I64 ->
              throw new IllegalArgumentException("random: makes floats, not " + target.dtype());
        };
    Objects.checkFromToIndex(from, to, target.size());
    int[] words = new int[4];
    long computed = -1;
    for (long element = from; element < to; element++) {
      if (element / perBlock != computed) {
        computed = element / perBlock;
        block(key, counter, computed, words);
      }
      int lane = (int) (element % perBlock);
      target.setDouble(
          element,
          perBlock == 4 ? toFloat(words[lane]) : toDouble(words[2 * lane], words[2 * lane + 1]));
    }
  }
}
