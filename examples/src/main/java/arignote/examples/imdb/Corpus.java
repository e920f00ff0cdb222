package arignote.examples.imdb;

import java.util.List;

/// All reviews of a source, as they were found: nothing filtered, ordered or capped yet.
public record Corpus(List<Review> train, List<Review> test) {
  public Corpus {
    train = List.copyOf(train);
    test = List.copyOf(test);
  }
}
