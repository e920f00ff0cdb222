package arignote.examples.imdb;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The place of a review in the layout of the Large Movie Review Dataset, as
/// `aclImdb/train/pos/0_9.txt`.
///
/// @param train whether it is one to learn from
/// @param positive whether its author liked the film
/// @param number what its name starts with; names without a number come last
/// @param name of the file
record ReviewFile(boolean train, boolean positive, long number, String name)
    implements Comparable<ReviewFile> {
  private static final Pattern LAYOUT =
      Pattern.compile("(?:[^/]+/)?(train|test)/(pos|neg)/((\\d{0,18})[^/]*\\.txt)");

  private static final Comparator<ReviewFile> ORDER =
      Comparator.comparing(ReviewFile::train)
          .thenComparing(ReviewFile::positive)
          .reversed()
          .thenComparingLong(ReviewFile::number)
          .thenComparing(ReviewFile::name);

  /// The place that a path names, or nothing if no review is there.
  ///
  /// @param path relative, with slashes
  static Optional<ReviewFile> of(String path) {
    Matcher matcher = LAYOUT.matcher(path);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String digits = matcher.group(4);
    return Optional.of(
        new ReviewFile(
            matcher.group(1).equals("train"),
            matcher.group(2).equals("pos"),
            digits.isEmpty() ? Long.MAX_VALUE : Long.parseLong(digits),
            matcher.group(3)));
  }

  int label() {
    return positive ? 1 : 0;
  }

  /// The folder, `train/pos`.
  String folder() {
    return (train ? "train" : "test") + "/" + (positive ? "pos" : "neg");
  }

  /// Training before test, positive before negative, then by number and name.
  @Override
  public int compareTo(ReviewFile other) {
    return ORDER.compare(this, other);
  }
}
