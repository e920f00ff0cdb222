package arignote.examples.imdb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SplitTest {
  /// Reviews of 1, 2, 3 ... 7, 1, 2 ... words, the first of which tells them apart.
  private static List<Review> reviews(int count) {
    List<Review> reviews = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] words = new int[1 + i % 7];
      Arrays.fill(words, 9);
      words[0] = 100 + i;
      reviews.add(new Review(words, i % 2));
    }
    return reviews;
  }

  private static Split split(int train, int test, Map<String, String> options) {
    return Split.of(new Corpus(reviews(train), reviews(test)), Options.of(options));
  }

  private static Set<Integer> names(List<Review> reviews) {
    Set<Integer> names = new HashSet<>();
    reviews.forEach(review -> names.add(review.words()[0]));
    return names;
  }

  private static void assertSorted(List<Review> reviews) {
    int[] lengths = reviews.stream().mapToInt(Review::length).toArray();
    int[] sorted = lengths.clone();
    Arrays.sort(sorted);
    assertArrayEquals(sorted, lengths);
  }

  @Test
  void oneInTwentyIsForValidation() {
    Split split = split(100, 30, Map.of("test_size", "-1"));
    assertEquals(95, split.train().size());
    assertEquals(5, split.valid().size());
    assertEquals(30, split.test().size());
    Set<Integer> all = names(split.train());
    all.addAll(names(split.valid()));
    assertEquals(names(reviews(100)), all);
    assertSorted(split.train());
    assertSorted(split.valid());
    assertSorted(split.test());
  }

  /// NumPy rounds halves to even numbers: 0.95 * 30 is 28.5, 0.95 * 50 is 47.5.
  @Test
  void roundsAsNumPyDoes() {
    assertEquals(28, split(30, 1, Map.of()).train().size());
    assertEquals(48, split(50, 1, Map.of()).train().size());
  }

  @Test
  void longReviewsAreLeftOutOfTrainingOnly() {
    Split split = split(70, 70, Map.of("maxlen", "4"));
    assertEquals(30, split.train().size() + split.valid().size());
    assertTrue(split.train().stream().allMatch(review -> review.length() < 4));
    assertEquals(70, split.test().size());
  }

  @Test
  void rareWordsBecomeUnknown() {
    Split split = split(40, 10, Map.of("n_words", "101", "test_size", "-1"));
    assertArrayEquals(
        new int[] {100}, split.test().getFirst().words(), "the largest id that is kept");
    assertArrayEquals(new int[] {1, 9}, split.test().get(2).words(), "the first that is not");
  }

  @Test
  void testReviewsAreChosenAtRandom() {
    Split split = split(40, 60, Map.of("test_size", "20"));
    assertEquals(20, names(split.test()).size());
    assertTrue(names(reviews(60)).containsAll(names(split.test())));
    assertNotEquals(names(reviews(60).subList(0, 20)), names(split.test()));
    assertEquals(60, split(40, 60, Map.of("test_size", "-1")).test().size());
    assertEquals(60, split(40, 60, Map.of("test_size", "100")).test().size());
  }

  @Test
  void theSeedDecides() {
    Split split = split(100, 1, Map.of("seed", "7"));
    assertEquals(names(split.valid()), names(split(100, 1, Map.of("seed", "7")).valid()));
    assertNotEquals(names(split.valid()), names(split(100, 1, Map.of("seed", "8")).valid()));
  }

  @Test
  void tooFewReviewsAreAnError() {
    String message =
        assertThrows(DataException.class, () -> split(9, 1, Map.of("maxlen", "3"))).getMessage();
    assertEquals(
        "4 of 9 training reviews have fewer than maxlen=3 words, too few to train and validate",
        message);
  }

  @Test
  void batchesAreTimeMajorAndPadded() {
    Batch batch =
        Batch.of(
            List.of(new Review(new int[] {4, 5, 6}, 1), new Review(new int[] {7}, 0)), DType.F32);
    assertEquals("[[4, 7], [5, 0], [6, 0]]", batch.tokens().elementsToString());
    assertEquals("[[1.0, 1.0], [1.0, 0.0], [1.0, 0.0]]", batch.mask().elementsToString());
    assertEquals(DType.F32, batch.mask().dtype());
    assertEquals("[1, 0]", batch.labels().elementsToString());
    assertEquals(DType.I64, batch.tokens().dtype());
  }

  @Test
  void everyReviewComesOnceAnEpochInFreshOrder() {
    List<Review> reviews = reviews(50);
    Random random = new Random(3);
    List<List<Review>> first = Batch.shuffled(reviews, 16, random);
    List<List<Review>> second = Batch.shuffled(reviews, 16, random);
    for (List<List<Review>> epoch : List.of(first, second)) {
      assertEquals(List.of(16, 16, 16, 2), epoch.stream().map(List::size).toList());
      List<Review> all = epoch.stream().flatMap(List::stream).toList();
      assertEquals(50, all.size());
      assertEquals(Set.copyOf(reviews), Set.copyOf(all));
    }
    assertNotEquals(first, second);
    assertEquals(first, Batch.shuffled(reviews, 16, new Random(3)));
  }

  @Test
  void bucketsHoldReviewsOfAboutTheSameLength() {
    List<Review> reviews = reviews(350);
    Random random = new Random(3);
    List<List<Review>> first = Batch.bucketed(reviews, 10, random);
    List<List<Review>> second = Batch.bucketed(reviews, 10, random);
    for (List<List<Review>> epoch : List.of(first, second)) {
      assertEquals(35, epoch.size());
      assertEquals(Set.copyOf(reviews), Set.copyOf(epoch.stream().flatMap(List::stream).toList()));
      // Of the 50 reviews of each length, in one bucket.
      for (List<Review> batch : epoch) {
        assertEquals(
            1, batch.stream().mapToInt(Review::length).distinct().count(), "lengths of a batch");
      }
      List<Integer> lengths = epoch.stream().map(batch -> batch.getFirst().length()).toList();
      assertNotEquals(lengths.stream().sorted().toList(), lengths, "batches are shuffled");
    }
    assertNotEquals(first, second);
    assertEquals(first, Batch.bucketed(reviews, 10, new Random(3)));
  }

  @Test
  void theLastBatchOfALastBucketMayBeSmaller() {
    List<List<Review>> epoch = Batch.bucketed(reviews(1003), 10, new Random(5));
    assertEquals(101, epoch.size());
    assertEquals(100, epoch.stream().filter(batch -> batch.size() == 10).count());
    assertEquals(1003, epoch.stream().mapToInt(List::size).sum());
  }
}
