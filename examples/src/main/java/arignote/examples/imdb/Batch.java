package arignote.examples.imdb;

import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/// Reviews side by side, time first, the shorter ones padded at their end.
///
/// @param tokens `i64[T,B]`, word ids, 0 behind the end of a review
/// @param mask `[T,B]`, 1 for words, 0 behind the end
/// @param labels `i64[B]`
public record Batch(HostTensor tokens, HostTensor mask, HostTensor labels) {
  /// The more, the less padding, and the less chance in which reviews come together.
  private static final int BATCHES_OF_A_BUCKET = 50;

  /// Puts reviews together.
  ///
  /// @param floatX the dtype of the mask
  public static Batch of(List<Review> reviews, DType floatX) {
    int batch = reviews.size();
    int steps = reviews.stream().mapToInt(Review::length).max().orElse(0);
    HostTensor tokens = HostTensor.zeros(DType.I64, steps, batch);
    HostTensor mask = HostTensor.zeros(floatX, steps, batch);
    HostTensor labels = HostTensor.zeros(DType.I64, batch);
    for (int b = 0; b < batch; b++) {
      Review review = reviews.get(b);
      for (int t = 0; t < review.length(); t++) {
        tokens.setLong((long) t * batch + b, review.words()[t]);
        mask.setDouble((long) t * batch + b, 1);
      }
      labels.setLong(b, review.label());
    }
    return new Batch(tokens, mask, labels);
  }

  /// The number of reviews.
  public int size() {
    return (int) labels.size();
  }

  /// Reviews in their order, `size` at a time; the last group may be smaller.
  static List<List<Review>> inOrder(List<Review> reviews, int size) {
    List<List<Review>> groups = new ArrayList<>();
    for (int start = 0; start < reviews.size(); start += size) {
      groups.add(reviews.subList(start, Math.min(start + size, reviews.size())));
    }
    return groups;
  }

  /// Reviews in a fresh random order, `size` at a time; the last group may be smaller.
  static List<List<Review>> shuffled(List<Review> reviews, int size, Random random) {
    List<Review> order = new ArrayList<>(reviews);
    Collections.shuffle(order, random);
    return inOrder(order, size);
  }

  /// As [#shuffled], but reviews of about the same length come together, so that little of a batch
  /// is padding: of the reviews in random order, those for some batches at a time are sorted by
  /// length, and then the batches are put into a random order.
  static List<List<Review>> bucketed(List<Review> reviews, int size, Random random) {
    List<List<Review>> groups = new ArrayList<>();
    for (List<Review> bucket : shuffled(reviews, BATCHES_OF_A_BUCKET * size, random)) {
      List<Review> sorted =
          bucket.stream().sorted(Comparator.comparingInt(Review::length)).toList();
      groups.addAll(inOrder(sorted, size));
    }
    Collections.shuffle(groups, random);
    return groups;
  }
}
