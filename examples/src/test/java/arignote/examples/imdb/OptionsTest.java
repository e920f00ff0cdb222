package arignote.examples.imdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OptionsTest {
  @Test
  void defaultsAreThoseOfTheTutorialsMain() {
    assertEquals(
        "dim_proj=128 patience=10 max_epochs=100 dispFreq=10 decay_c=0.0 lrate=1.0E-4 clip_norm=0.0 n_words=10000"
            + " optimizer=adadelta encoder=lstm saveto=lstm_model.npz validFreq=370 saveFreq=1110"
            + " maxlen=100 batch_size=16 bucketing=false valid_batch_size=64 dataset=imdb noise_std=0.0"
            + " use_dropout=true word_dropout=0.0 reload_model= predict= dictionary= color=auto test_size=500 data= cache= checkpoint= resume="
            + " gradient_flow= seed=123",
        Options.of(Map.of()).toString());
  }

  @Test
  void takesWhatIsGiven() {
    Properties properties = new Properties();
    properties.setProperty("dim_proj", "32");
    properties.setProperty("use_dropout", "False");
    properties.setProperty("saveto", "");
    properties.setProperty("reload_model", "old.npz");
    properties.setProperty("lrate", "1e-2");
    properties.setProperty("seed", "-5");
    properties.setProperty("java.version", "25");
    Options options = Options.from(properties);
    assertEquals(32, options.dimProj());
    assertEquals(false, options.useDropout());
    assertEquals(Optional.empty(), options.saveto());
    assertEquals(Optional.of(Path.of("old.npz")), options.reloadModel());
    assertEquals(0.01, options.lrate());
    assertEquals(-5, options.seed());
  }

  @Test
  void oncePerEpochIsRoundedDownButNeverToNothing() {
    Options options = Options.of(Map.of("validFreq", "-1", "saveFreq", "7"));
    assertEquals(125, options.validFreq(2003));
    assertEquals(1, options.validFreq(10));
    assertEquals(7, options.saveFreq(2003));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dim_proj | 0 | a whole number from 1 on",
        "dim_proj | many | a whole number from 1 on",
        "dim_proj | 9999999999 | a whole number from 1 on",
        "lrate | -1 | a number from 0 on",
        "lrate | NaN | a number from 0 on",
        "decay_c | Infinity | a number from 0 on",
        "optimizer | momentum | sgd or adadelta or rmsprop or adam",
        "word_dropout | 1 | a number from 0 to less than 1",
        "encoder | birnn | lstm or lstm_vo or gru or rnn",
        "dataset | wiki | imdb (there is no other yet)",
        "noise_std | 0.1 | 0 (the tutorial never uses it)",
        "use_dropout | yes | true or false",
        "validFreq | 0 | a whole number from 1 on, or -1 for once per epoch",
        "test_size | -2 | a whole number from 1 on, or -1 for all",
        "seed | x | a whole number",
      })
  void wrongValuesAreRefused(String name, String value, String allowed) {
    OptionException e = assertThrows(OptionException.class, () -> Options.of(Map.of(name, value)));
    assertEquals(
        "the option %s must be %s; found \"%s\"".formatted(name, allowed, value), e.getMessage());
  }

  @Test
  void unknownNamesAreRefusedWithTheSimilarOne() {
    String message =
        String.valueOf(
            assertThrows(OptionException.class, () -> Options.of(Map.of("batchsize", "3")))
                .getMessage());
    assertTrue(
        message.startsWith(
            "there is no option batchsize (did you mean batch_size?); the options"
                + " are dim_proj, patience,"),
        message);
  }

  @Test
  void theTableHasALineForEachOption() {
    assertEquals(Options.names().size(), Options.table().lines().count());
    for (String name : Options.names()) {
      assertTrue(Options.table().contains("-D" + name + " "), name);
    }
  }

  @Test
  void jsonKeepsTypesAndEscapesText() {
    String json = Options.of(Map.of("data", "a\"b\\c\u0001é")).toJson();
    assertTrue(json.contains("\n  \"dim_proj\": 128,\n"), json);
    assertTrue(json.contains("\n  \"use_dropout\": true,\n"), json);
    assertTrue(json.contains("\n  \"data\": \"a\\\"b\\\\c\\u0001é\",\n"), json);
    assertTrue(json.startsWith("{\n") && json.endsWith("\n}\n"), json);
  }

  @Test
  void aResumedTrainingKeepsItsOptions() {
    Options before = Options.of(Map.of("dim_proj", "16", "optimizer", "sgd", "data", "a=b"));
    Options after = Options.resumed(Map.of("max_epochs", "7", "resume", "c.npz"), before.toText());
    assertEquals(16, after.dimProj());
    assertEquals(Options.Optimizer.SGD, after.optimizer());
    assertEquals(Optional.of("a=b"), after.data());
    assertEquals(7, after.maxEpochs());
    assertEquals(Optional.of(Path.of("c.npz")), after.resume());
    assertEquals(after, Options.resumed(Map.of("dim_proj", "16"), after.toText()));
    OptionException e =
        assertThrows(
            OptionException.class,
            () -> Options.resumed(Map.of("dim_proj", "32"), before.toText()));
    assertEquals(
        "the training to resume has dim_proj=16, which cannot become 32; leave it out, or start a"
            + " training of its own with -Dreload_model",
        e.getMessage());
  }

  @Test
  void checkpointsGoBesideTheModel() {
    assertEquals(
        Optional.of(Path.of("d/m.checkpoint.npz")),
        Options.of(Map.of("saveto", "d/m.npz")).checkpoint());
    assertEquals(Optional.empty(), Options.of(Map.of("saveto", "")).checkpoint());
    assertEquals(Optional.empty(), Options.of(Map.of("checkpoint", "none")).checkpoint());
    assertEquals(
        Optional.of(Path.of("c.npz")),
        Options.of(Map.of("saveto", "", "checkpoint", "c.npz")).checkpoint());
  }

  @Test
  void jsonIsReadBack() {
    Options options =
        Options.of(Map.of("data", "a\"b\\c\u0001\u00e9{}, d", "use_dropout", "false"));
    Map<String, String> read = FlatJson.read(options.toJson());
    assertEquals(Options.names(), read.keySet());
    assertEquals(options, Options.of(read));
    assertEquals(
        "{a=1.5, b=x\ny, c=true}",
        FlatJson.read("{\"a\":1.5,\n\"b\" : \"x\\ny\",\"c\":true}").toString());
  }
}
