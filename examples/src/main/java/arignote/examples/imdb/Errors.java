package arignote.examples.imdb;

/// The part of each set that a model gets wrong, between 0 and 1.
public record Errors(double train, double valid, double test) {
  /// What a training ends with whose cost was not a number.
  static final Errors OF_A_BAD_COST = new Errors(1, 1, 1);

  /// `Train 0.1 Valid 0.2 Test 0.3`.
  @Override
  public String toString() {
    return "Train " + train + " Valid " + valid + " Test " + test;
  }
}
