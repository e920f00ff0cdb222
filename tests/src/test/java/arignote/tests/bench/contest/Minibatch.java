package arignote.tests.bench.contest;

/// Reviews, time first.
///
/// @param steps T, words of the longest review
/// @param rows B, the number of reviews
/// @param tokens word ids `[T,B]`, row by row
/// @param mask `[T,B]`, 1 for words, 0 behind the end of a review
/// @param labels `[B]`, 0 or 1
public record Minibatch(int steps, int rows, long[] tokens, float[] mask, long[] labels) {
  /// Reviews of random words.
  ///
  /// @param lengths the number of words of each review
  static Minibatch of(long seed, int... lengths) {
    int rows = lengths.length;
    int steps = 0;
    for (int length : lengths) {
      steps = Math.max(steps, length);
    }
    long[] tokens = Numbers.whole(seed, 2, Parameters.WORDS, steps * rows);
    float[] mask = new float[steps * rows];
    for (int t = 0; t < steps; t++) {
      for (int row = 0; row < rows; row++) {
        if (t < lengths[row]) {
          mask[t * rows + row] = 1;
        } else {
          tokens[t * rows + row] = 0;
        }
      }
    }
    long[] labels = Numbers.whole(~seed, 0, Parameters.LABELS, rows);
    return new Minibatch(steps, rows, tokens, mask, labels);
  }
}
