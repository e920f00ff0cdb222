package arignote.examples.imdb;

import java.util.Random;

/// A [Random] whose state can be written down, with the numbers that the Java platform specifies
/// for [Random].
final class ResumableRandom extends Random {
  private static final long serialVersionUID = 1L;
  private static final long MULTIPLIER = 0x5DEECE66DL;
  private static final long INCREMENT = 0xBL;
  private static final int BITS = 48;
  private static final long MASK = (1L << BITS) - 1;

  private long state;

  private ResumableRandom(long state) {
    this.state = state;
  }

  /// The numbers of `new Random(seed)`.
  static ResumableRandom of(long seed) {
    return new ResumableRandom((seed ^ MULTIPLIER) & MASK);
  }

  /// Goes on where the generator was that had this state.
  static ResumableRandom inState(long state) {
    return new ResumableRandom(state & MASK);
  }

  long state() {
    return state;
  }

  @Override
  protected int next(int bits) {
    state = (state * MULTIPLIER + INCREMENT) & MASK;
    return (int) (state >>> (BITS - bits));
  }
}
