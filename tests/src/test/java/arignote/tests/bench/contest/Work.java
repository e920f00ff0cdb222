package arignote.tests.bench.contest;

/// A case, ready to run.
public interface Work extends AutoCloseable {
  /// One call, with everything that a user of the library would have to do each time.
  void run();

  /// Figures that every contender must agree on, asked for once, before any call of [#run]: losses,
  /// norms of gradients or results.
  double[] figures();

  /// Gives back what is held off the heap.
  @Override
  void close();
}
