package arignote.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import arignote.examples.imdb.PreprocessOptions;
import arignote.examples.imdb.ReviewPreparation;
import arignote.examples.terminal.Screen;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The preprocessing of all 50,000 reviews against files made with Moses' own tokeniser, read by
/// Python. For those who have both:
///
///     mvn test ... -Dtest=ImdbPreprocessTest -Dcorpus=aclImdb_v1.tar.gz -Dimdb=imdb.pkl.gz
///
/// with `imdb.dict.pkl.gz` beside the second, its reviews in the order of the numbers in the names
/// of their files, and words of one frequency in code point order.
final class ImdbPreprocessTest {
  @TempDir Path folder;

  @Test
  void everyReviewAndEveryWordIsAsWithMosesTokeniser() throws Exception {
    String corpus = System.getProperty("corpus", "");
    String imdb = System.getProperty("imdb", "");
    assume(!corpus.isEmpty() && !imdb.isEmpty(), "-Dcorpus and -Dimdb are not given");
    assume(runs("python3", "-c", "import pickle"), "python3 cannot be started");
    Path out = folder.resolve("imdb.pkl.gz");
    ReviewPreparation.run(
        PreprocessOptions.of(Map.of("corpus", corpus, "out", out.toString())), Screen.standard());
    String counts = python("compare.py", imdb, out.toString());
    System.out.print(counts);
    assertTrue(
        counts.startsWith("50000 reviews, 0 different\n101743 words, 0 different\n"), counts);
  }

  /// What is written has to be readable where no reference is at hand, too.
  @Test
  void pythonReadsWhatIsWritten() throws Exception {
    assume(runs("python3", "-c", "import pickle"), "python3 cannot be started");
    for (String place : new String[] {"train/pos", "train/neg", "test/pos", "test/neg"}) {
      Path reviews = Files.createDirectories(folder.resolve("corpus").resolve(place));
      Files.writeString(reviews.resolve("0_5.txt"), "Caf\u00e9 \uD83D\uDE00, " + place);
    }
    Path out = folder.resolve("imdb.pkl");
    ReviewPreparation.run(
        PreprocessOptions.of(
            Map.of("corpus", folder.resolve("corpus").toString(), "out", out.toString())),
        Screen.standard());
    // In both training reviews: the comma, the slash, caf\u00e9, train, the smiley.
    assertEquals(
        """
        ([[4, 6, 2, 5, 3, 8], [4, 6, 2, 5, 3, 7]], [1, 0])
        ([[4, 6, 2, 1, 3, 8], [4, 6, 2, 1, 3, 7]], [1, 0])
        {',': 2, '/': 3, 'caf\\xe9': 4, 'train': 5, '\\U0001f600': 6, 'neg': 7, 'pos': 8}
        """,
        python("show.py", out.toString()));
  }

  private static void assume(boolean holds, String otherwise) {
    if (!holds) {
      System.out.println("ImdbPreprocessTest: skipped, " + otherwise);
    }
    assumeTrue(holds, otherwise);
  }

  private static boolean runs(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException _) {
      return false;
    }
  }

  private String python(String script, String... arguments) throws Exception {
    Path file = folder.resolve(script);
    try (InputStream source =
        Objects.requireNonNull(ImdbPreprocessTest.class.getResourceAsStream(script), script)) {
      Files.copy(source, file);
    }
    String[] command = new String[arguments.length + 2];
    command[0] = "python3";
    command[1] = file.toString();
    System.arraycopy(arguments, 0, command, 2, arguments.length);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(5, TimeUnit.MINUTES), output);
    assertEquals(0, process.exitValue(), output);
    return output;
  }
}
