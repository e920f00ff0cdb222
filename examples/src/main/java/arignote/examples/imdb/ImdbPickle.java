package arignote.examples.imdb;

import arignote.examples.imdb.PlainUnpickler.Bytes;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import net.razorvine.pickle.Pickler;

/// The tutorial's file format, `imdb.pkl` or `imdb.pkl.gz`: two pickles one after the other,
/// `(train_x, train_y)` and `(test_x, test_y)`; `x` a list of lists of word ids, `y` a list of 0
/// and 1.
public final class ImdbPickle {
  private ImdbPickle() {}

  /// Reads a file, whatever its name, compressed or not.
  ///
  /// @throws DataException if it cannot be read, is damaged, or does not hold what it should
  public static Corpus read(Path file) {
    try {
      return parse(DataFile.read(file));
    } catch (DataException e) {
      throw new DataException(file + " " + e.getMessage(), e);
    }
  }

  /// Writes a file, compressed if its name says so, as a whole or not at all.
  ///
  /// @throws DataException if it cannot be written
  static void write(Path file, Corpus corpus) {
    DataFile.write(
        file,
        out -> {
          for (List<Review> set : List.of(corpus.train(), corpus.test())) {
            // Without a memo: no list comes twice, and a memo would hold all of them.
            new Pickler(false).dump(pickled(set), out);
          }
        });
  }

  /// The pair of lists that a set is in a file, their numbers made as they are asked for.
  private static Object[] pickled(List<Review> reviews) {
    return new Object[] {
      view(reviews.size(), i -> words(reviews.get(i))),
      view(reviews.size(), i -> reviews.get(i).label())
    };
  }

  private static List<Integer> words(Review review) {
    return view(review.length(), i -> review.words()[i]);
  }

  private static <T> List<T> view(int size, IntFunction<T> element) {
    return new AbstractList<>() {
      @Override
      public T get(int index) {
        return element.apply(index);
      }

      @Override
      public int size() {
        return size;
      }
    };
  }

  private static Corpus parse(byte[] file) {
    Bytes bytes = new Bytes(file);
    List<Review> train = reviews("train", PlainUnpickler.read(bytes));
    if (bytes.available() == 0) {
      throw new DataException("has training reviews but no second pickle with test reviews");
    }
    List<Review> test = reviews("test", PlainUnpickler.read(bytes));
    if (bytes.available() > 0) {
      throw new DataException(
          "goes on for %d bytes after its second pickle".formatted(bytes.available()));
    }
    return new Corpus(train, test);
  }

  private static List<Review> reviews(String set, Object pickled) {
    List<?> pair = list(set + " set", pickled);
    if (pair.size() != 2) {
      throw new DataException(
          "holds %s as its %s set; expected are two, of reviews and of labels"
              .formatted(describe(pickled), set));
    }
    List<?> texts = list(set + " reviews", pair.get(0));
    List<?> labels = list(set + " labels", pair.get(1));
    if (texts.size() != labels.size()) {
      throw new DataException(
          "has %d %s reviews but %d labels".formatted(texts.size(), set, labels.size()));
    }
    if (texts.isEmpty()) {
      throw new DataException("has no " + set + " reviews");
    }
    List<Review> reviews = new ArrayList<>(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      String which = set + " review " + i;
      reviews.add(new Review(words(which, texts.get(i)), label(which, labels.get(i))));
    }
    return reviews;
  }

  private static int[] words(String which, Object pickled) {
    List<?> ids = list(which, pickled);
    if (ids.isEmpty()) {
      throw new DataException("has an empty review: " + which + ", counted from 0");
    }
    int[] words = new int[ids.size()];
    for (int i = 0; i < words.length; i++) {
      long id = whole(ids.get(i));
      if (id < 0 || id > Integer.MAX_VALUE) {
        throw new DataException(
            "has %s as word %d of %s; a word id is an integer from 0 to 2147483647"
                .formatted(describe(ids.get(i)), i, which));
      }
      words[i] = (int) id;
    }
    return words;
  }

  private static int label(String which, Object pickled) {
    long label = whole(pickled);
    if (label == 0 || label == 1) {
      return (int) label;
    }
    throw new DataException(
        "has %s as the label of %s; a label is 0 or 1".formatted(describe(pickled), which));
  }

  /// The number, or -1 for what is none: small ones come as Integer, those that were a Python long
  /// as Long.
  private static long whole(Object pickled) {
    return switch (pickled) {
      case Integer number -> number;
      case Long number -> number;
      default -> -1;
    };
  }

  private static List<?> list(String what, Object pickled) {
    return switch (pickled) {
      case List<?> list -> list;
      case Object[] tuple -> List.of(tuple);
      default ->
          throw new DataException(
              "holds %s where the %s should be a list".formatted(describe(pickled), what));
    };
  }

  private static String describe(Object pickled) {
    return switch (pickled) {
      case Number number -> "the number " + number;
      case Boolean truth -> truth ? "True" : "False";
      case String text -> "the text " + PlainUnpickler.shown(text);
      case List<?> list -> "a list of " + list.size();
      case Object[] tuple -> "a tuple of " + tuple.length;
      default -> "a " + pickled.getClass().getSimpleName();
    };
  }
}
