package arignote.backend.cuda;

import arignote.backend.cuda.driver.Products;
import arignote.backend.cuda.driver.Stream;
import arignote.backend.cuda.kernel.Argument;
import arignote.backend.cuda.kernel.Slot;
import arignote.backend.cuda.kernel.View;
import arignote.ir.EvaluationException;
import java.util.List;

/// One call of a prepared program: where everything lies, and the stream that does the work.
final class Run {
  /// A kernel has this many arguments at most.
  static final int MOST_ARGUMENTS = 512;

  private final Session session;
  private final Prepared prepared;
  private final long[] base;
  private final long[] numbers = new long[MOST_ARGUMENTS];

  /// @param base the address of each slot, by its index; changes from step to step of a loop
  Run(Session session, Prepared prepared, long[] base) {
    this.session = session;
    this.prepared = prepared;
    this.base = base;
  }

  Stream stream() {
    return session.stream();
  }

  Products products() {
    return session.products();
  }

  /// Room for the numbers that a kernel is launched with.
  long[] numbers() {
    return numbers;
  }

  /// Where kernels say that they have started.
  long progress() {
    return session.progress();
  }

  /// Where errors are noted.
  long errors() {
    return base[prepared.errors().index()];
  }

  long address(Slot slot) {
    return base[slot.index()];
  }

  long address(View view) {
    return base[view.slot().index()] + view.offset();
  }

  long value(Argument argument) {
    return switch (argument) {
      case Argument.Address(Slot slot, long offset) -> base[slot.index()] + offset;
      case Argument.Number(long value) -> value;
    };
  }

  void move(Slot slot, long address) {
    base[slot.index()] = address;
  }

  void run(List<Instruction> instructions) {
    for (Instruction instruction : instructions) {
      instruction.run(this);
    }
  }

  /// Waits for a truth value, the work before it being done.
  ///
  /// @throws EvaluationException if that work met an index out of range
  boolean isTrue(View predicate) {
    session.read(address(predicate), 1, errors());
    prepared.throwErrors(session);
    return session.byteRead() != 0;
  }
}
