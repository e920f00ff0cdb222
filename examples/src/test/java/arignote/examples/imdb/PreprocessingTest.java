package arignote.examples.imdb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.examples.terminal.Screen;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole preprocessing on a corpus of a few words.
final class PreprocessingTest {
  @TempDir Path folder;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  private void review(String path, String text) throws IOException {
    Path file = folder.resolve("corpus").resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private void run(String out) {
    ReviewPreparation.run(
        PreprocessOptions.of(
            Map.of(
                "corpus",
                folder.resolve("corpus").toString(),
                "out",
                folder.resolve(out).toString())),
        Screen.plain(new PrintStream(printed, true, StandardCharsets.UTF_8)));
  }

  private void smallCorpus() throws IOException {
    review("train/pos/1_9.txt", "A good film, a GOOD one.");
    review("train/pos/0_9.txt", "Good.");
    review("train/neg/0_1.txt", "Bad\u00ff film");
    review("train/neg/1_1.txt", " \t ");
    review("test/pos/0_9.txt", "good unseen");
    review("test/neg/0_1.txt", "one bad film");
  }

  /// Frequencies: good 3, `.` 2, a 2, film 2, the others once; equal ones by code point.
  @Test
  void numbersWordsByFrequencyInTheTrainingSet() throws IOException {
    smallCorpus();
    for (String out : List.of("x.pkl", "x.pkl.gz")) {
      run(out);
      Vocabulary vocabulary =
          DictionaryPickle.read(folder.resolve(out.replace(".pkl", ".dict.pkl")));
      assertEquals(
          "{good=2, .=3, a=4, film=5, ,=6, bad=7, one=8, \ufffd=9}", vocabulary.ids().toString());
      Corpus corpus = ImdbPickle.read(folder.resolve(out));
      assertArrayEquals(new int[] {2, 3}, corpus.train().get(0).words());
      assertArrayEquals(new int[] {4, 2, 5, 6, 4, 2, 8, 3}, corpus.train().get(1).words());
      assertArrayEquals(new int[] {7, 9, 5}, corpus.train().get(2).words());
      assertEquals(List.of(1, 1, 0), corpus.train().stream().map(Review::label).toList());
      assertArrayEquals(new int[] {2, 1}, corpus.test().get(0).words());
      assertArrayEquals(new int[] {8, 7, 5}, corpus.test().get(1).words());
      assertEquals(List.of(1, 0), corpus.test().stream().map(Review::label).toList());
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(
          List.of("corpus", "x.dict.pkl", "x.dict.pkl.gz", "x.pkl", "x.pkl.gz"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void saysWhatCameOfIt() throws IOException {
    smallCorpus();
    run("x.pkl");
    String text = printed.toString(StandardCharsets.UTF_8).replace("\r", "");
    assertTrue(
        text.endsWith(
            """
            3 train and 2 test reviews, 8 different words in 13 of the training set
            1 reviews were not all UTF-8: 1 pieces of them became U+FFFD
            1 reviews had no words and were left out
            Wrote %s and %s
            """
                .formatted(folder.resolve("x.pkl"), folder.resolve("x.dict.pkl"))),
        text);
    assertTrue(text.contains("Tokenizing: 100 %\n"), text);
  }

  @Test
  void aFileThatCannotBeWrittenIsKnownBefore() throws IOException {
    smallCorpus();
    String message =
        String.valueOf(assertThrows(DataException.class, () -> run("no/x.pkl")).getMessage());
    assertTrue(message.contains("there is no folder"), message);
    assertFalse(printed.toString(StandardCharsets.UTF_8).contains("Reading"));
  }

  @Test
  void optionsAreChecked() {
    assertThrows(OptionException.class, () -> PreprocessOptions.of(Map.of()));
    OptionException e =
        assertThrows(
            OptionException.class,
            () -> PreprocessOptions.of(Map.of("corpus", "c", "out", "imdb.txt")));
    assertEquals(
        "the option out must be a file name that ends with .pkl or .pkl.gz; found \"imdb.txt\"",
        e.getMessage());
    assertEquals(Path.of("imdb.pkl.gz"), PreprocessOptions.of(Map.of("corpus", "c")).out());
  }
}
