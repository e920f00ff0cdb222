package arignote.examples.imdb;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.zip.CRC32C;

/// The three sets of reviews that a model is trained, chosen and judged by.
public record Split(List<Review> train, List<Review> valid, List<Review> test) {
  private static final double TRAIN_PORTION = 0.95;

  public Split {
    train = List.copyOf(train);
    valid = List.copyOf(valid);
    test = List.copyOf(test);
  }

  /// Prepares a corpus as the tutorial does: training reviews of `maxlen` words or more are left
  /// out, one in twenty of the others, at random, is for validation, ids from `n_words` on become
  /// unknown, each set is sorted by length. The test set is never filtered by length, but may be
  /// cut down to `test_size` reviews at random.
  ///
  /// @throws DataException if a set comes out empty
  public static Split of(Corpus corpus, Options options) {
    List<Review> usable =
        new ArrayList<>(
            corpus.train().stream().filter(review -> review.length() < options.maxlen()).toList());
    Collections.shuffle(usable, Draw.SPLIT.from(options.seed()));
    int trainSize = (int) Math.rint(usable.size() * TRAIN_PORTION);
    if (trainSize == usable.size() || trainSize == 0) {
      throw new DataException(
          "%d of %d training reviews have fewer than maxlen=%d words, too few to train and validate"
              .formatted(usable.size(), corpus.train().size(), options.maxlen()));
    }
    List<Review> test = new ArrayList<>(prepare(corpus.test(), options.nWords()));
    if (options.testSize() > 0) {
      Collections.shuffle(test, Draw.TEST_CHOICE.from(options.seed()));
      test = test.subList(0, Math.min(options.testSize(), test.size()));
    }
    return new Split(
        prepare(usable.subList(0, trainSize), options.nWords()),
        prepare(usable.subList(trainSize, usable.size()), options.nWords()),
        test);
  }

  /// Reviews with ids from `n_words` on become unknown, in their order.
  public static List<Review> capped(List<Review> reviews, Options options) {
    return reviews.stream().map(review -> capped(review, options.nWords())).toList();
  }

  private static List<Review> prepare(List<Review> reviews, int nWords) {
    return reviews.stream()
        .map(review -> capped(review, nWords))
        .sorted(Comparator.comparingInt(Review::length))
        .toList();
  }

  private static Review capped(Review review, int nWords) {
    int[] words =
        Arrays.stream(review.words())
            .map(word -> word < nWords ? word : Vocabulary.UNKNOWN)
            .toArray();
    return new Review(words, review.label());
  }

  /// A number for the reviews that are learnt from: other reviews, most probably another number.
  long fingerprint() {
    CRC32C sum = new CRC32C();
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES);
    for (List<Review> set : List.of(train, valid)) {
      update(sum, bytes, set.size());
      for (Review review : set) {
        update(sum, bytes, review.label());
        update(sum, bytes, review.length());
        for (int word : review.words()) {
          update(sum, bytes, word);
        }
      }
    }
    return sum.getValue();
  }

  private static void update(CRC32C sum, ByteBuffer bytes, int number) {
    sum.update(bytes.clear().putInt(number).flip());
  }
}
