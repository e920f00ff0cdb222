package arignote.examples.imdb;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The numbers of words: 2 and up by falling frequency in the training set, words of one frequency
/// by code points. 0 is left to padding, 1 stands for every word that is not here.
final class Vocabulary {
  static final int PADDING = 0;
  static final int UNKNOWN = 1;
  private static final int FIRST = 2;

  private final Map<String, Integer> ids = new HashMap<>();

  /// Numbers the words of training texts.
  Vocabulary(List<List<String>> texts) {
    Map<String, Integer> counts = new HashMap<>();
    for (List<String> text : texts) {
      for (String word : text) {
        counts.merge(word, 1, Integer::sum);
      }
    }
    List<Map.Entry<String, Integer>> ordered = new ArrayList<>(counts.entrySet());
    ordered.sort(
        Map.Entry.<String, Integer>comparingByValue()
            .reversed()
            .thenComparing(Map.Entry::getKey, Vocabulary::compareCodePoints));
    for (Map.Entry<String, Integer> entry : ordered) {
      ids.put(entry.getKey(), FIRST + ids.size());
    }
  }

  /// `String.compareTo` goes by UTF-16 units, which puts some characters in another order.
  private static int compareCodePoints(String left, String right) {
    return Arrays.compare(left.codePoints().toArray(), right.codePoints().toArray());
  }

  /// The number of words with an id of their own.
  int size() {
    return ids.size();
  }

  /// A text as ids.
  int[] encode(List<String> text) {
    return text.stream().mapToInt(word -> ids.getOrDefault(word, UNKNOWN)).toArray();
  }
}
