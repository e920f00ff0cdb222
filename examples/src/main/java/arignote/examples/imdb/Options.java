package arignote.examples.imdb;

import static arignote.examples.imdb.Option.anyWhole;
import static arignote.examples.imdb.Option.atLeast;
import static arignote.examples.imdb.Option.countOrAll;
import static arignote.examples.imdb.Option.file;
import static arignote.examples.imdb.Option.frequency;
import static arignote.examples.imdb.Option.notNegative;
import static arignote.examples.imdb.Option.oneOf;
import static arignote.examples.imdb.Option.only;
import static arignote.examples.imdb.Option.row;
import static arignote.examples.imdb.Option.truth;
import static arignote.examples.imdb.Option.zero;

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
    RMSPROP
  }

  private static final OptionTable TABLE =
      OptionTable.of(
          row("dim_proj", "128", atLeast(1), "embedding size and number of hidden units"),
          row("patience", "10", atLeast(1), "validations without progress before it stops"),
          row("max_epochs", "100", atLeast(0), "at most so many passes over the training set"),
          row("dispFreq", "10", atLeast(1), "print the cost every so many updates"),
          row("decay_c", "0", notNegative(), "L2 coefficient on the classifier's weight U"),
          row("lrate", "0.0001", notNegative(), "learning rate, used by sgd only"),
          row("n_words", "10000", atLeast(2), "word ids from this one on count as unknown"),
          row("optimizer", "adadelta", oneOf("sgd", "adadelta", "rmsprop"), "sgd does poorly here"),
          row(
              "encoder",
              "lstm",
              only("lstm", "there is no other yet"),
              "layer above the embedding"),
          row("saveto", "lstm_model.npz", file(), "where the best parameters go; empty: nowhere"),
          row("validFreq", "370", frequency(), "measure the errors every so many updates"),
          row("saveFreq", "1110", frequency(), "save every so many updates"),
          row("maxlen", "100", atLeast(2), "training reviews of so many words are left out"),
          row("batch_size", "16", atLeast(1), "reviews in an update"),
          row("valid_batch_size", "64", atLeast(1), "reviews at a time when errors are measured"),
          row("dataset", "imdb", only("imdb", "there is no other yet"), "what to learn"),
          row("noise_std", "0", zero("the tutorial never uses it"), "unused"),
          row("use_dropout", "true", truth(), "dropout between pooling and classifier"),
          row("reload_model", "", file(), "a saved model to start from"),
          row("test_size", "500", countOrAll(), "so many test reviews, at random; -1: all"),
          row("data", "", file(), "imdb.pkl, imdb.pkl.gz or the word synthetic; empty: search"),
          row("cache", "", file(), "the folder for downloaded data; empty: as usual here"),
          row("seed", Flag.SEED.standard(), anyWhole(), "of weights, batches, dropout, choices"));

  public Options {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /// The options with some of them given, the others as by default.
  ///
  /// @throws OptionException if one is not allowed or does not exist
  public static Options of(Map<String, String> given) {
    return new Options(TABLE.values(given));
  }

  /// The options that the system properties of these names give; the seed may also come from
  /// Arignote's flags.
  ///
  /// @throws OptionException if one is not allowed
  public static Options from(Properties properties) {
    Map<String, String> given = TABLE.given(properties);
    given.putIfAbsent("seed", Long.toString(Flags.current().seed()));
    return of(given);
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

  public int nWords() {
    return whole("n_words");
  }

  public Optimizer optimizer() {
    return Optimizer.valueOf(((String) value("optimizer")).toUpperCase(Locale.ROOT));
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

  public int validBatchSize() {
    return whole("valid_batch_size");
  }

  public boolean useDropout() {
    return (Boolean) value("use_dropout");
  }

  public Optional<Path> reloadModel() {
    return path("reload_model").filter(path -> !path.equals(Path.of("None")));
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

  public long seed() {
    return (Long) value("seed");
  }

  /// An object with a member for each option, numbers and truths bare.
  String toJson() {
    return values.entrySet().stream()
        .map(entry -> "  " + quoted(entry.getKey()) + ": " + json(entry.getValue()))
        .collect(Collectors.joining(",\n", "{\n", "\n}\n"));
  }

  private static String json(Object value) {
    return value instanceof String text ? quoted(text) : value.toString();
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append("\\u%04x".formatted((int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }

  /// One line of `name=value`.
  @Override
  public String toString() {
    return values.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(" "));
  }
}
