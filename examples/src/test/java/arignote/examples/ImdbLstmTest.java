package arignote.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.examples.imdb.Errors;
import arignote.examples.imdb.Options;
import arignote.examples.terminal.Screen;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.razorvine.pickle.Pickler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole program on synthetic reviews, on the device of the flags, with a model small enough
/// for a test.
final class ImdbLstmTest {
  @TempDir Path folder;
  private String printed = "";

  private Errors run(String... options) {
    Map<String, String> given =
        new HashMap<>(
            Map.of("data", "synthetic", "dim_proj", "16", "n_words", "300", "saveto", ""));
    for (int i = 0; i < options.length; i += 2) {
      given.put(options[i], options[i + 1]);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Errors errors =
        ImdbLstm.train(
            Options.of(given), Screen.plain(new PrintStream(bytes, true, StandardCharsets.UTF_8)));
    printed = bytes.toString(StandardCharsets.UTF_8);
    return errors;
  }

  private List<String> costs() {
    return printed.lines().filter(line -> line.startsWith("Epoch ")).toList();
  }

  @Test
  void learnsMoreThanCountingWordsCould() {
    Errors errors = run("max_epochs", "5", "validFreq", "-1");
    // Naive Bayes is wrong about one in seven.
    assertTrue(errors.train() < 0.08, printed);
    assertTrue(errors.test() < 0.1, printed);
    assertEquals(1425 / 10, costs().size(), "4560 reviews are 285 batches, five times");
  }

  /// The options as printed, the rest as the tutorial prints it.
  @Test
  void printsWhatItDoes() {
    run("max_epochs", "1", "optimizer", "sgd", "use_dropout", "false");
    List<String> lines = printed.lines().toList();
    assertTrue(lines.getFirst().startsWith("model options: dim_proj=16 patience=10 "), printed);
    assertTrue(
        lines.containsAll(
            List.of(
                "Loading data",
                "4560 train examples",
                "240 valid examples",
                "400 test examples",
                "Building model",
                "Optimization",
                "Seen 4560 samples")),
        printed);
    assertTrue(costs().getFirst().matches("Epoch 0 Update 10 Cost 0\\.69\\d+"), printed);
    assertTrue(lines.get(lines.size() - 2).matches("Train 0\\S+ Valid 0\\S+ Test 0\\S+"), printed);
    assertTrue(
        lines.getLast().matches("The code run for 1 epochs, with \\d+\\.\\d+ sec/epochs"), printed);
  }

  @Test
  void theSeedDecidesEverything() {
    run("max_epochs", "1", "seed", "3");
    List<String> costs = costs();
    run("max_epochs", "1", "seed", "3");
    assertEquals(costs, costs());
    run("max_epochs", "1", "seed", "4");
    assertTrue(!costs.equals(costs()), printed);
  }

  /// Weights, batches and dropout depend on the seed alone, so the first costs of two precisions
  /// and of the reference interpreter differ by rounding only.
  @Test
  void precisionAndModeDoNotShow() throws IOException {
    String data = smallCorpus().toString();
    List<List<Double>> runs = new ArrayList<>();
    for (Map<String, String> flags :
        List.of(
            Map.of("floatx", "float32"),
            Map.of("floatx", "float64"),
            Map.of("mode", "reference"),
            Map.of("mode", "fast_compile"))) {
      withFlags(
          flags, () -> run("data", data, "max_epochs", "1", "dispFreq", "1", "dim_proj", "32"));
      runs.add(costs().stream().limit(10).map(line -> Double.valueOf(line.split(" ")[5])).toList());
    }
    for (List<Double> costs : runs) {
      assertEquals(10, costs.size());
      for (int i = 0; i < 10; i++) {
        assertEquals(runs.getFirst().get(i), costs.get(i), 1e-4, runs::toString);
      }
    }
    assertNotEquals(runs.get(0), runs.get(1), "they are two precisions");
  }

  private static void withFlags(Map<String, String> flags, Runnable work) {
    Map<String, Optional<String>> before = new HashMap<>();
    flags.forEach(
        (name, value) -> before.put(name, Optional.ofNullable(System.setProperty(name, value))));
    try {
      work.run();
    } finally {
      before.forEach((name, value) ->
          value.ifPresentOrElse(
              old -> System.setProperty(name, old), () -> System.clearProperty(name)));
    }
  }

  /// 180 reviews of 5 to 12 random words, 171 of which are for training: eleven batches.
  private Path smallCorpus() throws IOException {
    Random random = new Random(11);
    List<List<Integer>> texts = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int i = 0; i < 180; i++) {
      texts.add(random.ints(random.nextInt(5, 13), 2, 300).boxed().toList());
      labels.add(i % 2);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int set = 0; set < 2; set++) {
      bytes.write(new Pickler().dumps(new Object[] {texts, labels}));
    }
    return Files.write(folder.resolve("small.pkl"), bytes.toByteArray());
  }

  @Test
  void aSavedModelIsWhatItWas() {
    String file = folder.resolve("m.npz").toString();
    Errors trained = run("max_epochs", "2", "validFreq", "-1", "saveto", file);
    assertTrue(Files.exists(folder.resolve("m.npz.json")));
    assertEquals(trained, run("max_epochs", "0", "reload_model", file));
  }
}
