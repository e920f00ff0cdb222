package arignote.examples.imdb;

import arignote.examples.imdb.Classifier.Verdict;
import arignote.examples.text.MosesTokenizer;
import java.util.List;
import java.util.Locale;

/// A text with what a model makes of it, as a line to print.
///
/// @param words as tokens, escaped
record Prediction(List<String> words, Verdict verdict) {
  private static final String RESET = "\u001b[0m";

  /// From pale to strong, of the usual 256 colours.
  private static final int[] GREENS = {151, 114, 77, 40, 34};

  private static final int[] REDS = {224, 217, 210, 203, 196};

  Prediction {
    words = List.copyOf(words);
  }

  /// `positive 0.9731`, a tab, and the words with their contributions, `good+0.52`.
  String plain() {
    StringBuilder line = head().append('\t');
    for (int i = 0; i < words.size(); i++) {
      line.append(i == 0 ? "" : " ")
          .append(shown(i))
          .append(String.format(Locale.ROOT, "%+.3f", verdict.contributions()[i]));
    }
    return line.toString();
  }

  /// `positive 0.9731` and the words, green where they speak for liking, red where against; the
  /// stronger, the more.
  String coloured() {
    double strongest = 0;
    for (double contribution : verdict.contributions()) {
      strongest = Math.max(strongest, Math.abs(contribution));
    }
    StringBuilder line = head().append(' ');
    for (int i = 0; i < words.size(); i++) {
      double share = strongest > 0 ? verdict.contributions()[i] / strongest : 0;
      int level = (int) Math.min(GREENS.length, Math.abs(share) * (GREENS.length + 1));
      line.append(' ');
      if (level == 0) {
        line.append(shown(i));
      } else {
        int colour = share > 0 ? GREENS[level - 1] : REDS[level - 1];
        line.append("\u001b[38;5;").append(colour).append('m').append(shown(i)).append(RESET);
      }
    }
    return line.toString();
  }

  private StringBuilder head() {
    return new StringBuilder(verdict.label())
        .append(String.format(Locale.ROOT, " %.4f", verdict.probability()));
  }

  /// The word as it was, but for characters that terminals obey.
  private String shown(int i) {
    return MosesTokenizer.unescaped(words.get(i)).replaceAll("\\p{Cntrl}|[\u0080-\u009f]", "?");
  }
}
