package arignote.examples.imdb;

import arignote.examples.terminal.Progress;
import arignote.examples.terminal.Screen;
import arignote.examples.text.MosesTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToIntFunction;

/// Texts become word ids: tokens of [MosesTokenizer] in lower case, numbered by their frequency in
/// the training set alone.
final class Preprocessing {
  /// What comes of it.
  ///
  /// @param withoutWords how many reviews had no word and were left out
  record Result(Corpus corpus, Vocabulary vocabulary, int withoutWords) {}

  /// So many are tokenised at once, on all processors; the words of all 50,000 would take memory.
  private static final int AT_ONCE = 1000;

  private final MosesTokenizer tokenizer = new MosesTokenizer();
  private final Screen screen;
  private int done;
  private int withoutWords;

  private Preprocessing(Screen screen) {
    this.screen = screen;
  }

  static Result of(RawCorpus raw, Screen screen) {
    return new Preprocessing(screen).run(raw);
  }

  /// The words of a text, as the vocabulary has them.
  private static List<String> words(MosesTokenizer tokenizer, String text) {
    return tokenizer.tokenize(text).stream().map(Preprocessing::normal).toList();
  }

  /// A word as the vocabulary has it.
  static String normal(String word) {
    return word.toLowerCase(Locale.ROOT);
  }

  private Result run(RawCorpus raw) {
    Map<String, Integer> firstSeen = new HashMap<>();
    List<Review> train;
    List<Review> test;
    Vocabulary vocabulary;
    try (Progress progress = screen.progress("Tokenizing", raw.reviews().size())) {
      // Numbered as they come, until all have been counted.
      train =
          encoded(
              raw, true, word -> firstSeen.computeIfAbsent(word, _ -> firstSeen.size()), progress);
      int[] counts = new int[firstSeen.size()];
      train.forEach(review -> Arrays.stream(review.words()).forEach(word -> counts[word]++));
      Map<String, Integer> byWord = new HashMap<>();
      firstSeen.forEach((word, number) -> byWord.put(word, counts[number]));
      vocabulary = Vocabulary.byFrequency(byWord);
      test = encoded(raw, false, vocabulary::id, progress);
    }
    int[] finalId = new int[firstSeen.size()];
    firstSeen.forEach((word, number) -> finalId[number] = vocabulary.id(word));
    List<Review> renumbered =
        train.stream()
            .map(review ->
                new Review(
                    Arrays.stream(review.words()).map(word -> finalId[word]).toArray(),
                    review.label()))
            .toList();
    return new Result(new Corpus(renumbered, test), vocabulary, withoutWords);
  }

  private List<Review> encoded(
      RawCorpus raw, boolean train, ToIntFunction<String> id, Progress progress) {
    List<Map.Entry<ReviewFile, RawReview>> files =
        raw.reviews().entrySet().stream().filter(entry -> entry.getKey().train() == train).toList();
    List<Review> reviews = new ArrayList<>(files.size());
    for (int start = 0; start < files.size(); start += AT_ONCE) {
      var some = files.subList(start, Math.min(start + AT_ONCE, files.size()));
      List<List<String>> texts =
          some.parallelStream().map(file -> words(tokenizer, file.getValue().text())).toList();
      for (int i = 0; i < some.size(); i++) {
        if (texts.get(i).isEmpty()) {
          withoutWords++;
        } else {
          int[] words = texts.get(i).stream().mapToInt(id).toArray();
          reviews.add(new Review(words, some.get(i).getKey().label()));
        }
      }
      done += some.size();
      progress.to(done);
    }
    return reviews;
  }
}
