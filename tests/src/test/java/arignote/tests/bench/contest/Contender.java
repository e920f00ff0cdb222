package arignote.tests.bench.contest;

import java.util.Optional;

/// A library that takes part.
public interface Contender {
  /// Name and version, number of threads, and what else tells one build from another; one line.
  String description();

  /// Makes a case ready to run, with fresh parameters; nothing if the library has no such thing.
  Optional<Work> prepare(Case subject);
}
