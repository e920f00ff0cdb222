package arignote.examples.imdb;

import arignote.examples.imdb.PlainUnpickler.Bytes;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import net.razorvine.pickle.Pickler;

/// The tutorial's dictionary, `imdb.dict.pkl` or `imdb.dict.pkl.gz`: a pickled Python dictionary
/// from words to ids.
final class DictionaryPickle {
  private DictionaryPickle() {}

  /// The name that belongs to a file of reviews: `imdb.dict.pkl.gz` to `imdb.pkl.gz`.
  static Path beside(Path reviews) {
    String name = String.valueOf(reviews.getFileName());
    return reviews.resolveSibling(
        name.replaceFirst("\\.pkl(\\.gz)?$", "")
            + ".dict.pkl"
            + (name.endsWith(".gz") ? ".gz" : ""));
  }

  /// Reads a dictionary, compressed or not, of Python 2 or 3.
  ///
  /// @throws DataException if it cannot be read, is damaged, or does not hold what it should
  static Vocabulary read(Path file) {
    try {
      Bytes bytes = new Bytes(DataFile.read(file));
      Object pickled = PlainUnpickler.readDictionary(bytes);
      if (bytes.available() > 0) {
        throw new DataException(
            "goes on for %d bytes after its pickle".formatted(bytes.available()));
      }
      if (!(pickled instanceof Map<?, ?> map)) {
        throw new DataException("holds no dictionary");
      }
      return vocabulary(map);
    } catch (DataException e) {
      throw new DataException(file + " " + e.getMessage(), e);
    }
  }

  private static Vocabulary vocabulary(Map<?, ?> map) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    map.forEach((word, id) -> {
      if (!(word instanceof String text) || !(id instanceof Integer number) || number < 0) {
        throw new DataException(
            "has the entry %s: %s; expected are words with whole numbers from 0 on"
                .formatted(PlainUnpickler.shown(word), PlainUnpickler.shown(id)));
      }
      ids.put(text, number);
    });
    Map<String, Integer> ordered = new LinkedHashMap<>();
    ids.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.naturalOrder()))
        .forEach(entry -> ordered.put(entry.getKey(), entry.getValue()));
    return new Vocabulary(ordered);
  }

  /// Writes a dictionary, compressed if the name says so, as a whole or not at all.
  ///
  /// @throws DataException if it cannot be written
  static void write(Path file, Vocabulary vocabulary) {
    DataFile.write(file, out -> write(out, vocabulary));
  }

  private static void write(OutputStream out, Vocabulary vocabulary) throws java.io.IOException {
    new Pickler(false).dump(vocabulary.ids(), out);
  }
}
