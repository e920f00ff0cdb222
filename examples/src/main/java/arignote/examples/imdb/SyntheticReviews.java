package arignote.examples.imdb;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/// Built-in reviews, written at random by a grammar with negation and contrast. They take the place
/// of the real ones where those cannot be had: the same model learns them in seconds.
final class SyntheticReviews {
  private static final int TRAIN = 4800;
  private static final int TEST = 400;
  private static final int SHORTEST = 10;
  private static final int LONGEST = 90;

  private SyntheticReviews() {}

  private record Texts(List<List<String>> texts, List<Integer> labels) {
    Vocabulary vocabulary() {
      Map<String, Integer> counts = new HashMap<>();
      texts
          .subList(0, TRAIN)
          .forEach(text -> text.forEach(word -> counts.merge(word, 1, Integer::sum)));
      return Vocabulary.byFrequency(counts);
    }
  }

  /// The same reviews for the same seed; about as many liked as disliked.
  static Corpus write(long seed) {
    Texts texts = texts(seed);
    Vocabulary vocabulary = texts.vocabulary();
    List<Review> reviews = new ArrayList<>();
    for (int i = 0; i < texts.texts().size(); i++) {
      reviews.add(new Review(vocabulary.encode(texts.texts().get(i)), texts.labels().get(i)));
    }
    return new Corpus(reviews.subList(0, TRAIN), reviews.subList(TRAIN, TRAIN + TEST));
  }

  /// The words of these reviews.
  static Vocabulary vocabulary(long seed) {
    return texts(seed).vocabulary();
  }

  private static Texts texts(long seed) {
    Random random = Draw.SYNTHETIC.from(seed);
    Grammar grammar = new Grammar(grammarText());
    List<List<String>> texts = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    while (texts.size() < TRAIN + TEST) {
      int label = random.nextInt(2);
      List<String> text = grammar.write(label == 1 ? "$liked" : "$disliked", random);
      if (text.size() >= SHORTEST && text.size() <= LONGEST) {
        texts.add(text);
        labels.add(label);
      }
    }
    return new Texts(texts, labels);
  }

  static String grammarText() {
    try (InputStream stream =
        Objects.requireNonNull(
            SyntheticReviews.class.getResourceAsStream("reviews.grammar"),
            "reviews.grammar is missing from the class path")) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
