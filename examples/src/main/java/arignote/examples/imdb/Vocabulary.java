package arignote.examples.imdb;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The numbers of words: 2 and up by falling frequency in the training set, words of one frequency
/// by code points. 0 is left to padding, 1 stands for every word that is not here.
///
/// @param ids in the order of the numbers
record Vocabulary(Map<String, Integer> ids) {
  static final int PADDING = 0;
  static final int UNKNOWN = 1;
  static final int FIRST = 2;

  Vocabulary {
    ids = Collections.unmodifiableMap(new LinkedHashMap<>(ids));
  }

  /// Numbers words by how often they occur.
  static Vocabulary byFrequency(Map<String, Integer> counts) {
    List<Map.Entry<String, Integer>> ordered = new ArrayList<>(counts.entrySet());
    ordered.sort(
        Map.Entry.<String, Integer>comparingByValue()
            .reversed()
            .thenComparing(Map.Entry::getKey, Vocabulary::compareCodePoints));
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (Map.Entry<String, Integer> entry : ordered) {
      ids.put(entry.getKey(), FIRST + ids.size());
    }
    return new Vocabulary(ids);
  }

  /// `String.compareTo` goes by UTF-16 units, which puts some characters in another order.
  private static int compareCodePoints(String left, String right) {
    return Arrays.compare(left.codePoints().toArray(), right.codePoints().toArray());
  }

  /// The number of words with an id of their own.
  int size() {
    return ids.size();
  }

  int id(String word) {
    return ids.getOrDefault(word, UNKNOWN);
  }

  /// A text as ids.
  int[] encode(List<String> text) {
    return text.stream().mapToInt(this::id).toArray();
  }
}
