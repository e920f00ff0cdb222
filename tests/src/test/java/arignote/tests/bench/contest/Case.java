package arignote.tests.bench.contest;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Something that all contenders compute from the same numbers. A case travels between processes as
/// its name.
public sealed interface Case permits Recurrent {
  /// Unique, without white space.
  String name();

  /// Floating operations of one call in its products of matrices; 0 where they do not count.
  double flops();

  /// The case of a name.
  static Optional<Case> named(String name) {
    return Stream.of(Recurrent.named(name)).flatMap(Optional::stream).findFirst().map(c -> c);
  }

  /// What `tests/bench` runs when no case is named.
  static List<Case> standard() {
    return List.copyOf(Recurrent.standard());
  }
}
