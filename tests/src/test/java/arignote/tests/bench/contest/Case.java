package arignote.tests.bench.contest;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Something that all contenders compute from the same numbers. A case travels between processes as
/// its name.
///
/// Where results are large there are two cases: results left where the library keeps them, written
/// over those of the last call, and results handed over as new tensors, `-returned`.
public sealed interface Case
    permits Recurrent, Evaluation, Perceptron, Chain, Softmax, Embedding, Product, Trivial {
  /// Unique, without white space.
  String name();

  /// Floating operations of one call in its matrix products; 0 where they do not count.
  default double flops() {
    return 0;
  }

  /// Bytes that one call has to read and write even if it keeps all intermediate results in
  /// registers; 0 where they do not count.
  default double bytes() {
    return 0;
  }

  /// Whether it does so little with what it reads and writes that it can at best be as fast as a
  /// copy.
  default boolean isBoundByMemory() {
    return flops() == 0 && bytes() > 0;
  }

  /// The case of a name; a recurrent one can have any sizes.
  static Optional<Case> named(String name) {
    return Recurrent.named(name)
        .<Case>map(c -> c)
        .or(() -> standard().stream().filter(c -> c.name().equals(name)).findFirst());
  }

  /// What `tests/bench` runs when no case is named.
  static List<Case> standard() {
    return Stream.concat(
            Recurrent.standard().stream(),
            Stream.of(
                new Evaluation(128),
                new Perceptron(),
                new Chain(false),
                new Chain(true),
                new Softmax(false),
                new Softmax(true),
                new Embedding(),
                new Product(),
                new Trivial()))
        .map(c -> (Case) c)
        .toList();
  }
}
