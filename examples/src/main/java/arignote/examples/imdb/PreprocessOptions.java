package arignote.examples.imdb;

import static arignote.examples.imdb.Option.file;
import static arignote.examples.imdb.Option.pickle;
import static arignote.examples.imdb.Option.row;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/// The options of the preprocessing.
///
/// @param corpus a folder or an archive of reviews
/// @param out the file to write; the dictionary comes beside it
public record PreprocessOptions(Path corpus, Path out) {
  private static final OptionTable TABLE =
      OptionTable.of(
          row(
              "corpus",
              "",
              file(),
              "folder, .tar or .tar.gz with train/pos, train/neg, test/pos"
                  + " and test/neg, a .txt for each review"),
          row(
              "out",
              "imdb.pkl.gz",
              pickle(),
              "where reviews go; .gz: compressed; the dictionary"
                  + " goes beside them, to imdb.dict.pkl.gz"));

  /// The options with some of them given, the others as by default.
  ///
  /// @throws OptionException if one is missing, not allowed or does not exist
  public static PreprocessOptions of(Map<String, String> given) {
    Map<String, Object> values = TABLE.values(given);
    String corpus = String.valueOf(values.get("corpus"));
    if (corpus.isEmpty()) {
      throw new OptionException(
          "-Dcorpus is missing: the folder or archive with the reviews, as -Dcorpus=aclImdb_v1.tar.gz");
    }
    return new PreprocessOptions(Path.of(corpus), Path.of(String.valueOf(values.get("out"))));
  }

  /// The options that the system properties of these names give.
  ///
  /// @throws OptionException if one is missing or not allowed
  public static PreprocessOptions from(Properties properties) {
    return of(TABLE.given(properties));
  }

  /// All names, in the order of the table.
  public static Set<String> names() {
    return TABLE.names();
  }

  /// The table for people: a line for each option with its default and meaning.
  public static String table() {
    return TABLE.toString();
  }
}
