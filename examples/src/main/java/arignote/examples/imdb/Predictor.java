package arignote.examples.imdb;

import arignote.examples.terminal.Screen;
import arignote.examples.text.MosesTokenizer;
import arignote.tensor.DType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Classifies the lines of a file or of the standard input with a saved model.
public final class Predictor {
  private Predictor() {}

  /// Whether words have colours.
  enum Colours {
    AUTO,
    ALWAYS,
    NEVER
  }

  /// Reads lines to the end, and prints one for each.
  ///
  /// @param standardInput where lines come from if `-Dpredict=-`
  /// @throws DataException if the model, the dictionary or the lines cannot be read
  public static void run(Options options, DType dtype, InputStream standardInput, Screen screen) {
    Path saved =
        options
            .reloadModel()
            .orElseThrow(() ->
                new OptionException(
                    "-Dpredict needs a trained model, -Dreload_model=lstm_model.npz"));
    Classifier classifier =
        new Classifier(
            PackedParams.share(SavedModel.read(saved, options, dtype)), options.useDropout());
    Vocabulary vocabulary = new Dictionaries(screen).find(options);
    String source = options.predict().orElse("-");
    try (InputStream stream =
            source.equals("-") ? standardInput : Files.newInputStream(Path.of(source));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      boolean coloured =
          switch (options.color()) {
            case AUTO -> screen.isTerminal();
            case ALWAYS -> true;
            case NEVER -> false;
          };
      MosesTokenizer tokenizer = new MosesTokenizer();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        List<String> words = tokenizer.tokenize(line);
        if (words.isEmpty()) {
          screen.println("no words");
          continue;
        }
        int[] ids =
            words.stream()
                .mapToInt(word -> vocabulary.id(Preprocessing.normal(word)))
                .map(id -> id < options.nWords() ? id : Vocabulary.UNKNOWN)
                .toArray();
        Prediction prediction = new Prediction(words, classifier.classify(ids));
        screen.println(coloured ? prediction.coloured() : prediction.plain());
      }
    } catch (IOException e) {
      throw new DataException(
          "cannot read %s: %s"
              .formatted(
                  source.equals("-") ? "the standard input" : source, DataException.reason(e)),
          e);
    }
  }
}
