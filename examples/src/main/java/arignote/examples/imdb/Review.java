package arignote.examples.imdb;

/// One labelled text.
///
/// @param words ids of its words, not to be changed: 0 is padding, 1 any unknown word, the others
///   follow by falling frequency
/// @param label 1 if its author liked the film, else 0
public record Review(int[] words, int label) {
  /// The number of words.
  public int length() {
    return words.length;
  }
}
