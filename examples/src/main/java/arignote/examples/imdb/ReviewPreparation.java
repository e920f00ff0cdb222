package arignote.examples.imdb;

import arignote.examples.terminal.Screen;
import arignote.io.WholeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// From reviews as texts to the two files that training reads.
public final class ReviewPreparation {
  private ReviewPreparation() {}

  /// Reads, tokenises, writes, and says what came of it.
  ///
  /// @throws DataException if the corpus cannot be used or a file not be written
  public static void run(PreprocessOptions options, Screen screen) {
    Path dictionary = DictionaryPickle.beside(options.out());
    for (Path file : List.of(options.out(), dictionary)) {
      try {
        WholeFile.check(file);
      } catch (IOException e) {
        throw new DataException("cannot write %s: %s".formatted(file, DataException.reason(e)), e);
      }
    }
    screen.println("Reading " + options.corpus());
    RawCorpus raw = RawCorpus.read(options.corpus(), screen);
    Preprocessing.Result result = Preprocessing.of(raw, screen);
    DictionaryPickle.write(dictionary, result.vocabulary());
    ImdbPickle.write(options.out(), result.corpus());
    report(raw, result, screen);
    screen.println("Wrote " + options.out() + " and " + dictionary);
  }

  private static void report(RawCorpus raw, Preprocessing.Result result, Screen screen) {
    Corpus corpus = result.corpus();
    screen.println(
        "%d train and %d test reviews, %d different words in %d of the training set"
            .formatted(
                corpus.train().size(),
                corpus.test().size(),
                result.vocabulary().size(),
                corpus.train().stream().mapToLong(Review::length).sum()));
    long damaged = raw.reviews().values().stream().filter(review -> review.replaced() > 0).count();
    if (damaged > 0) {
      screen.println(
          "%d reviews were not all UTF-8: %d pieces of them became U+FFFD"
              .formatted(
                  damaged, raw.reviews().values().stream().mapToInt(RawReview::replaced).sum()));
    }
    if (result.withoutWords() > 0) {
      screen.println("%d reviews had no words and were left out".formatted(result.withoutWords()));
    }
  }
}
