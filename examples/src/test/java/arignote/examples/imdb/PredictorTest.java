package arignote.examples.imdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.examples.imdb.Classifier.Verdict;
import arignote.examples.terminal.Screen;
import arignote.io.Npz;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PredictorTest {
  @TempDir Path folder;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  private static Map<String, HostTensor> values(Encoder encoder) {
    Map<String, HostTensor> values =
        new LinkedHashMap<>(
            PackedParams.initial(
                Options.of(Map.of("encoder", encoder.prefix(), "dim_proj", "4", "n_words", "9")),
                DType.F64));
    Random random = new Random(8);
    values.replaceAll((_, value) -> {
      HostTensor other = value.copy();
      for (long i = 0; i < other.size(); i++) {
        other.setDouble(i, random.nextGaussian());
      }
      return other;
    });
    return values;
  }

  private static double logOdds(Map<String, HostTensor> values, int[] words) {
    double p = new Classifier(PackedParams.share(values), true).classify(words).probability();
    return Math.log(p / (1 - p));
  }

  /// A word's contribution is the slope of the log-odds as its embedding grows.
  @ParameterizedTest
  @EnumSource
  void contributionsAreSlopes(Encoder encoder) {
    Map<String, HostTensor> values = values(encoder);
    int[] words = {3, 1, 4, 5, 2, 8, 6};
    Verdict verdict = new Classifier(PackedParams.share(values), true).classify(words);
    assertEquals(words.length, verdict.contributions().length);
    for (int t = 0; t < words.length; t++) {
      double[] ends = new double[2];
      for (int sign = 0; sign < 2; sign++) {
        HostTensor embedding = values.getOrDefault("Wemb", HostTensor.zeros(DType.F64)).copy();
        for (int k = 0; k < 4; k++) {
          long i = 4L * words[t] + k;
          embedding.setDouble(i, embedding.getDouble(i) * (sign == 0 ? 1 - 1e-5 : 1 + 1e-5));
        }
        Map<String, HostTensor> changed = new LinkedHashMap<>(values);
        changed.put("Wemb", embedding);
        ends[sign] = logOdds(changed, words);
      }
      assertEquals((ends[1] - ends[0]) / 2e-5, verdict.contributions()[t], 1e-6, "word " + t);
    }
  }

  /// The same text alone and behind padding; more words than one length has.
  @Test
  void paddingDoesNotShow() {
    Map<String, HostTensor> values = values(Encoder.LSTM);
    Classifier classifier = new Classifier(PackedParams.share(values), true);
    int[] words = new Random(2).ints(19, 0, 9).toArray();
    Batch batch = Batch.of(List.of(new Review(words, 0)), DType.F64);
    LstmModel model = LstmModel.forEvaluation(PackedParams.share(values), true);
    double expected =
        arignote.runtime.Function.compile()
            .inputs(model.tokens(), model.mask())
            .outputs(model.probabilities())
            .build("p")
            .call(batch.tokens(), batch.mask())
            .get(0)
            .getDouble(1);
    assertEquals(expected, classifier.classify(words).probability(), 1e-12);
  }

  private Options options(String... given) throws IOException {
    Map<String, HostTensor> values = values(Encoder.GRU);
    Path model = folder.resolve("m.npz");
    Npz.write(model, values);
    Files.writeString(
        folder.resolve("m.npz.json"),
        Options.of(Map.of("encoder", "gru", "dim_proj", "4", "n_words", "9", "data", "gone.pkl"))
            .toJson());
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (String word : List.of("the", "film", "is", "&quot;", "good", ".", "x", "rare")) {
      ids.put(word, ids.size() + 2);
    }
    DictionaryPickle.write(folder.resolve("d.pkl"), new Vocabulary(ids));
    Properties properties = new Properties();
    properties.setProperty("reload_model", model.toString());
    properties.setProperty("predict", "-");
    properties.setProperty("dictionary", folder.resolve("d.pkl").toString());
    for (int i = 0; i < given.length; i += 2) {
      properties.setProperty(given[i], given[i + 1]);
    }
    return Options.from(properties);
  }

  private List<String> predict(Options options, InputStream input) {
    printed.reset();
    Predictor.run(options, DType.F64, input, Screen.plain(new PrintStream(printed, true, UTF_8)));
    return printed.toString(UTF_8).lines().toList();
  }

  private static InputStream text(String text) {
    return new ByteArrayInputStream(text.getBytes(UTF_8));
  }

  /// The model's options come from beside it; ids from `n_words` on are unknown, as `rare` is.
  @Test
  void classifiesLines() throws IOException {
    Classifier classifier = new Classifier(PackedParams.share(values(Encoder.GRU)), true);
    Verdict expected = classifier.classify(new int[] {2, 3, 4, 5, 6, 5, 7});
    List<String> lines =
        predict(options(), text("The FILM is \"good\".\n\n \t\nnever rare\u0007 X\n"));
    assertEquals(4, lines.size());
    assertEquals(
        String.format(
            "%s %.4f\tThe%+.3f FILM%+.3f is%+.3f \"%+.3f good%+.3f \"%+.3f .%+.3f",
            expected.label(),
            expected.probability(),
            expected.contributions()[0],
            expected.contributions()[1],
            expected.contributions()[2],
            expected.contributions()[3],
            expected.contributions()[4],
            expected.contributions()[5],
            expected.contributions()[6]),
        lines.getFirst());
    assertEquals("no words", lines.get(1));
    assertEquals("no words", lines.get(2));
    Verdict second = classifier.classify(new int[] {1, 1, 8});
    assertTrue(
        lines
            .get(3)
            .startsWith(String.format("%s %.4f\tnever", second.label(), second.probability())),
        lines.get(3));
    Path file = Files.writeString(folder.resolve("lines.txt"), "The FILM is \"good\".");
    assertEquals(
        lines.subList(0, 1),
        predict(options("predict", file.toString()), InputStream.nullInputStream()));
  }

  @Test
  void coloursShowWhatWordsSpeakFor() {
    Prediction prediction =
        new Prediction(
            List.of("good", "&amp;lt;", "bad", "weak", "\u009bm"),
            new Verdict(0.75, new double[] {1, 0.1, -1, -0.4, 0}));
    assertEquals(
        "positive 0.7500  \u001b[38;5;34mgood\u001b[0m &lt; \u001b[38;5;196mbad\u001b[0m"
            + " \u001b[38;5;217mweak\u001b[0m ?m",
        prediction.coloured());
    assertEquals(
        "negative 0.5000\tx+0.000",
        new Prediction(List.of("x"), new Verdict(0.5, new double[] {0})).plain());
  }

  @Test
  void whatIsMissingIsNamed() throws IOException {
    Options noModel = Options.of(Map.of("predict", "-"));
    assertEquals(
        "-Dpredict needs a trained model, -Dreload_model=lstm_model.npz",
        assertThrows(OptionException.class, () -> predict(noModel, text(""))).getMessage());
    Options noDictionary = options("dictionary", "");
    assertTrue(
        String.valueOf(
                assertThrows(DataException.class, () -> predict(noDictionary, text("")))
                    .getMessage())
            .startsWith("there is no dictionary gone.dict.pkl; name the one"));
    Options noFile = options("predict", folder.resolve("none").toString());
    assertTrue(
        String.valueOf(
                assertThrows(DataException.class, () -> predict(noFile, text(""))).getMessage())
            .startsWith("cannot read " + folder.resolve("none") + ": no such file"));
  }
}
