package arignote.tests.bench.contest;

/// A case, ready to run.
public interface Work extends AutoCloseable {
  /// Updates before the second loss of [#figures] for a case that trains.
  int UPDATES = 10;

  /// One call, with everything that a user of the library would have to do each time.
  void run();

  /// Figures that every contender must agree on, asked for once, before any call of [#run]: of a
  /// case that trains the losses before the first update and after [#UPDATES]; of forward and
  /// backward the loss and the norm of all gradients together; otherwise norms of the results.
  double[] figures();

  /// Gives back what is held off the heap.
  @Override
  void close();
}
