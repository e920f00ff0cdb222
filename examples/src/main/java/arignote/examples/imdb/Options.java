package arignote.examples.imdb;

import static arignote.examples.imdb.Option.anyWhole;
import static arignote.examples.imdb.Option.atLeast;
import static arignote.examples.imdb.Option.countOrAll;
import static arignote.examples.imdb.Option.file;
import static arignote.examples.imdb.Option.frequency;
import static arignote.examples.imdb.Option.notNegative;
import static arignote.examples.imdb.Option.oneOf;
import static arignote.examples.imdb.Option.only;
import static arignote.examples.imdb.Option.part;
import static arignote.examples.imdb.Option.picture;
import static arignote.examples.imdb.Option.row;
import static arignote.examples.imdb.Option.truth;
import static arignote.examples.imdb.Option.zero;

import arignote.dsl.RandomStream;
import arignote.examples.imdb.LstmModel.Dropout;
import arignote.runtime.Flag;
import arignote.runtime.Flags;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;

/// The tutorial's options under its own names, each given as `-Dname=value`; the defaults are those
/// of the original script's `main`.
///
/// @param values every option's value, as the type that its row of the table says
public record Options(Map<String, Object> values) {
  /// The ways of updating.
  public enum Optimizer {
    SGD,
    ADADELTA,
    RMSPROP,
    ADAM
  }

  private static final OptionTable TABLE =
      OptionTable.of(
          row("dim_proj", "128", atLeast(1), "embedding size and number of hidden units"),
          row("patience", "10", atLeast(1), "validations without progress before it stops"),
          row("max_epochs", "100", atLeast(0), "at most so many passes over the training set"),
          row("dispFreq", "10", atLeast(1), "print the cost every so many updates"),
          row("decay_c", "0", notNegative(), "L2 coefficient on the classifier's weight U"),
          row("lrate", "0.0001", notNegative(), "learning rate, used by sgd and adam only"),
          row(
              "clip_norm",
              "0",
              notNegative(),
              "scale larger gradients down to this norm; 0: never"),
          row("n_words", "10000", atLeast(2), "word ids from this one on count as unknown"),
          row(
              "optimizer",
              "adadelta",
              oneOf("sgd", "adadelta", "rmsprop", "adam"),
              "sgd does poorly here; adam likes lrate=0.001"),
          row(
              "encoder",
              "lstm",
              oneOf("lstm", "lstm_vo", "gru", "rnn"),
              "layer above the embedding; lstm_vo: with V_o"),
          row("saveto", "lstm_model.npz", file(), "where the best parameters go; empty: nowhere"),
          row("validFreq", "370", frequency(), "measure the errors every so many updates"),
          row("saveFreq", "1110", frequency(), "save every so many updates"),
          row("maxlen", "100", atLeast(2), "training reviews of so many words are left out"),
          row("batch_size", "16", atLeast(1), "reviews in an update"),
          row("bucketing", "false", truth(), "batches of reviews of about the same length"),
          row("valid_batch_size", "64", atLeast(1), "reviews at a time when errors are measured"),
          row("dataset", "imdb", only("imdb", "there is no other yet"), "what to learn"),
          row("noise_std", "0", zero("the tutorial never uses it"), "unused"),
          row("use_dropout", "true", truth(), "dropout between pooling and classifier"),
          row("word_dropout", "0", part(), "this part of the words of an update become unknown"),
          row("reload_model", "", file(), "a saved model to start from"),
          row("predict", "", file(), "classify the lines of a file, or of the input if it is -"),
          row("dictionary", "", file(), "for predict: imdb.dict.pkl; empty: beside the data"),
          row("color", "auto", oneOf("auto", "always", "never"), "for predict: words in colours"),
          row("test_size", "500", countOrAll(), "so many test reviews, at random; -1: all"),
          row("data", "", file(), "imdb.pkl, imdb.pkl.gz or the word synthetic; empty: search"),
          row("cache", "", file(), "the folder for downloaded data; empty: as usual here"),
          row(
              "checkpoint",
              "",
              file(),
              "what -Dresume goes on from, every saveFreq; empty: beside saveto; none: nowhere"),
          row("resume", "", file(), "a checkpoint to go on from, with its options"),
          row(
              "gradient_flow",
              "",
              picture(),
              "draw how far gradients reach, as .png or .svg, and do nothing else"),
          row("seed", Flag.SEED.standard(), anyWhole(), "of weights, batches, dropout, choices"));

  /// What may differ when a training is resumed: how long it goes on and what it shows and saves.
  private static final Set<String> FREE =
      Set.of(
          "patience",
          "max_epochs",
          "dispFreq",
          "saveto",
          "validFreq",
          "saveFreq",
          "valid_batch_size",
          "test_size",
          "data",
          "cache",
          "checkpoint",
          "resume");

  public Options {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /// The options with some of them given, the others as by default.
  ///
  /// @throws OptionException if one is not allowed or does not exist
  public static Options of(Map<String, String> given) {
    return new Options(TABLE.values(given));
  }

  /// The options that the system properties of these names give, the others as in the checkpoint to
  /// resume, if there is one, or beside the model to predict with; the seed may also come from
  /// Arignote's flags.
  ///
  /// @throws OptionException if one is not allowed, or would make the resumed training another one
  /// @throws arignote.ArignoteException if the checkpoint cannot be read
  public static Options from(Properties properties) {
    Map<String, String> given = TABLE.given(properties);
    String resume = given.getOrDefault("resume", "");
    if (!resume.isEmpty()) {
      return resumed(given, Checkpoint.read(Path.of(resume)).options());
    }
    if (!given.getOrDefault("predict", "").isEmpty()) {
      Map<String, String> all = SavedModel.options(Path.of(given.getOrDefault("reload_model", "")));
      all.keySet().retainAll(names());
      all.putAll(given);
      return of(all);
    }
    given.putIfAbsent("seed", Long.toString(Flags.current().seed()));
    return of(given);
  }

  /// The options of a training that goes on.
  ///
  /// @param given by the user
  /// @param before the options it had, as [#toText]
  static Options resumed(Map<String, String> given, String before) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String line : before.lines().toList()) {
      String[] sides = line.split("=", 2);
      if (sides.length == 2 && names().contains(sides[0])) {
        values.put(sides[0], sides[1]);
      }
    }
    Options old = of(values);
    values.putAll(given);
    Options resumed = of(values);
    resumed.values.forEach((name, value) -> {
      if (!FREE.contains(name) && !value.equals(old.values.get(name))) {
        throw new OptionException(
            "the training to resume has %s=%s, which cannot become %s; leave it out, or start a training of its own with -Dreload_model"
                .formatted(name, old.values.get(name), value));
      }
    });
    return resumed;
  }

  /// A line of `name=value` for each option.
  String toText() {
    return values.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
        .collect(Collectors.joining());
  }

  /// The same options but for one.
  ///
  /// @throws OptionException if the value is not allowed
  Options with(String name, String value) {
    Map<String, String> all = new LinkedHashMap<>();
    values.forEach((option, old) -> all.put(option, old.toString()));
    all.put(name, value);
    return of(all);
  }

  /// All names, in the order of the table.
  public static Set<String> names() {
    return TABLE.names();
  }

  /// The table for people: a line for each option with its default and meaning.
  public static String table() {
    return TABLE.toString();
  }

  private int whole(String name) {
    return Math.toIntExact((Long) value(name));
  }

  private Object value(String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  private Optional<Path> path(String name) {
    return Optional.of((String) value(name)).filter(text -> !text.isEmpty()).map(Path::of);
  }

  public int dimProj() {
    return whole("dim_proj");
  }

  public int patience() {
    return whole("patience");
  }

  public int maxEpochs() {
    return whole("max_epochs");
  }

  public int dispFreq() {
    return whole("dispFreq");
  }

  public double decayC() {
    return (Double) value("decay_c");
  }

  public double lrate() {
    return (Double) value("lrate");
  }

  /// The largest norm of all gradients together that is left as it is, or 0.
  public double clipNorm() {
    return (Double) value("clip_norm");
  }

  public int nWords() {
    return whole("n_words");
  }

  public Optimizer optimizer() {
    return Optimizer.valueOf(((String) value("optimizer")).toUpperCase(Locale.ROOT));
  }

  public Encoder encoder() {
    return Encoder.valueOf(((String) value("encoder")).toUpperCase(Locale.ROOT));
  }

  public Optional<Path> saveto() {
    return path("saveto");
  }

  /// In updates, for a training set of `reviews`.
  public int validFreq(int reviews) {
    return updates("validFreq", reviews);
  }

  /// In updates, for a training set of `reviews`.
  public int saveFreq(int reviews) {
    return updates("saveFreq", reviews);
  }

  private int updates(String name, int reviews) {
    int updates = whole(name);
    return updates > 0 ? updates : Math.max(1, reviews / batchSize());
  }

  public int maxlen() {
    return whole("maxlen");
  }

  public int batchSize() {
    return whole("batch_size");
  }

  /// Whether reviews of about the same length come together.
  public boolean bucketing() {
    return (Boolean) value("bucketing");
  }

  public int validBatchSize() {
    return whole("valid_batch_size");
  }

  public boolean useDropout() {
    return (Boolean) value("use_dropout");
  }

  /// What training leaves out, drawn anew, if anything.
  public Optional<Dropout> dropout() {
    double words = (Double) value("word_dropout");
    return useDropout() || words > 0
        ? Optional.of(new Dropout(new RandomStream(seed()), useDropout(), words))
        : Optional.empty();
  }

  public Optional<Path> reloadModel() {
    return path("reload_model").filter(path -> !path.equals(Path.of("None")));
  }

  /// What to classify: a file, `-` or nothing.
  public Optional<String> predict() {
    return Optional.of((String) value("predict")).filter(text -> !text.isEmpty());
  }

  Optional<Path> dictionary() {
    return path("dictionary");
  }

  Predictor.Colours color() {
    return Predictor.Colours.valueOf(((String) value("color")).toUpperCase(Locale.ROOT));
  }

  /// How many test reviews to choose, or -1 for all.
  public int testSize() {
    return whole("test_size");
  }

  /// What `-Ddata` says: a file, `synthetic` or nothing.
  public Optional<String> data() {
    return Optional.of((String) value("data")).filter(text -> !text.isEmpty());
  }

  public Optional<Path> cache() {
    return path("cache");
  }

  /// Where to write checkpoints, if anywhere.
  public Optional<Path> checkpoint() {
    Optional<Path> given = path("checkpoint");
    if (given.isPresent()) {
      return given.filter(path -> !path.equals(Path.of("none")));
    }
    return saveto().map(model -> beside(model, ".checkpoint.npz"));
  }

  /// The name of a file that belongs to a model: its own, with another ending.
  static Path beside(Path model, String ending) {
    return model.resolveSibling(
        String.valueOf(model.getFileName()).replaceFirst("\\.npz$", "") + ending);
  }

  public Optional<Path> resume() {
    return path("resume");
  }

  public Optional<Path> gradientFlow() {
    return path("gradient_flow");
  }

  public long seed() {
    return (Long) value("seed");
  }

  /// An object with a member for each option, numbers and truths bare.
  String toJson() {
    return FlatJson.write(values);
  }

  /// One line of `name=value`.
  @Override
  public String toString() {
    return values.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(" "));
  }
}
