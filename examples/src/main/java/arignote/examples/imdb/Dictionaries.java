package arignote.examples.imdb;

import arignote.examples.terminal.Screen;
import java.nio.file.Files;
import java.nio.file.Path;

/// Finds the dictionary that a model was trained with: the file the user named, else the one beside
/// the data. It says which only to somebody at a terminal: elsewhere the output has a line for each
/// line of input and no other.
record Dictionaries(Screen screen) {
  /// The dictionary that the options ask for.
  ///
  /// @throws DataException if there is none, or it cannot be used
  Vocabulary find(Options options) {
    if (options.dictionary().isPresent()) {
      return read(options.dictionary().get());
    }
    if (options.data().filter(ReviewSource.SYNTHETIC::equals).isPresent()) {
      say("Using the words of the synthetic reviews");
      return SyntheticReviews.vocabulary(options.seed());
    }
    Path beside =
        DictionaryPickle.beside(
            options.data().map(Path::of).orElseGet(() -> ReviewSource.cached(options)));
    if (!Files.exists(beside)) {
      throw new DataException(
          "there is no dictionary %s; name the one the model was trained with, -Ddictionary=imdb.dict.pkl.gz, or its data, -Ddata=imdb.pkl.gz or -Ddata=synthetic"
              .formatted(beside));
    }
    return read(beside);
  }

  private Vocabulary read(Path file) {
    say("Reading " + file);
    return DictionaryPickle.read(file);
  }

  private void say(String line) {
    if (screen.isTerminal()) {
      screen.println(line);
    }
  }
}
