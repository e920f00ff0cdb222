package arignote.examples.imdb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SyntheticReviewsTest {
  private static final Corpus CORPUS = SyntheticReviews.write(1);

  @Test
  void numbersWordsByFallingFrequencyInTraining() {
    int[] counts = new int[2000];
    for (Review review : CORPUS.train()) {
      for (int word : review.words()) {
        counts[word]++;
      }
    }
    assertEquals(0, counts[Vocabulary.PADDING]);
    assertEquals(0, counts[Vocabulary.UNKNOWN]);
    int words = 0;
    while (counts[2 + words] > 0) {
      assertTrue(words == 0 || counts[2 + words] <= counts[1 + words], "id " + (2 + words));
      words++;
    }
    assertTrue(words > 200 && words < 1000, words + " words");
    assertEquals(
        Arrays.stream(counts).filter(count -> count > 0).count(), words, "ids without a gap");
  }

  @Test
  void reviewsAreOfInterestingLengthAndBothLabels() {
    assertEquals(4800, CORPUS.train().size());
    assertEquals(400, CORPUS.test().size());
    for (Review review : CORPUS.train()) {
      assertTrue(review.length() >= 10 && review.length() <= 90, review.length() + " words");
    }
    int liked = CORPUS.train().stream().mapToInt(Review::label).sum();
    assertTrue(liked > 2200 && liked < 2600, liked + " liked");
  }

  @Test
  void theSeedDecides() {
    Corpus again = SyntheticReviews.write(1);
    for (int i = 0; i < CORPUS.train().size(); i++) {
      assertArrayEquals(CORPUS.train().get(i).words(), again.train().get(i).words());
      assertEquals(CORPUS.train().get(i).label(), again.train().get(i).label());
    }
    assertNotEquals(
        Arrays.toString(CORPUS.train().getFirst().words()),
        Arrays.toString(SyntheticReviews.write(2).train().getFirst().words()));
  }

  /// Counting words, by naive Bayes, says something about the label, but far from everything.
  @Test
  void wordOrderMatters() {
    double[][] counts = new double[2][2000];
    double[] totals = new double[2];
    for (double[] row : counts) {
      Arrays.fill(row, 1);
    }
    for (Review review : CORPUS.train()) {
      for (int word : review.words()) {
        counts[review.label()][word]++;
        totals[review.label()]++;
      }
    }
    int right = 0;
    for (Review review : CORPUS.test()) {
      double score = 0;
      for (int word : review.words()) {
        score += Math.log(counts[1][word] / totals[1]) - Math.log(counts[0][word] / totals[0]);
      }
      right += (score > 0) == (review.label() == 1) ? 1 : 0;
    }
    double accuracy = (double) right / CORPUS.test().size();
    assertTrue(accuracy > 0.55 && accuracy < 0.9, "accuracy " + accuracy);
  }

  @Test
  void likedAndDislikedReviewsHaveTheSameWords() {
    Grammar grammar = new Grammar(SyntheticReviews.grammarText());
    Set<String> liked = words(grammar, "$liked");
    Set<String> disliked = words(grammar, "$disliked");
    assertEquals(liked, disliked);
  }

  private static Set<String> words(Grammar grammar, String start) {
    Random random = new Random(1);
    Set<String> words = new HashSet<>();
    for (int i = 0; i < 20_000; i++) {
      words.addAll(grammar.write(start, random));
    }
    return words;
  }

  @Test
  void grammarsAreExpandedByWeight() {
    Grammar grammar =
        new Grammar(
            """
            # sentences
            $s = 3: a $b | b $b
            $s = c
            $b = x y
            """);
    Random random = new Random(5);
    int[] counts = new int[3];
    for (int i = 0; i < 7000; i++) {
      switch (String.join(" ", grammar.write("$s", random))) {
        case "a x y" -> counts[0]++;
        case "b x y" -> counts[1]++;
        case "c" -> counts[2]++;
        default -> throw new AssertionError();
      }
    }
    assertEquals(3000, counts[0], 150);
    assertEquals(3000, counts[1], 150);
    assertEquals(1000, counts[2], 100);
  }

  @Test
  void grammarsWithMistakesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Grammar("$s = a $missing"));
    assertThrows(IllegalArgumentException.class, () -> new Grammar("no rule"));
  }

  @Test
  void equallyFrequentWordsGoByCodePoint() {
    Vocabulary vocabulary =
        Vocabulary.byFrequency(Map.of("b", 2, "\uD83D\uDE00", 1, "\uFF5E", 1, "a", 1, "c", 3));
    assertArrayEquals(
        new int[] {2, 3, 4, 5, 6, 1},
        vocabulary.encode(List.of("c", "b", "a", "\uFF5E", "\uD83D\uDE00", "d")));
    assertEquals(5, vocabulary.size());
  }
}
