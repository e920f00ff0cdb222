package arignote.backend.cuda;

import arignote.backend.cuda.driver.Products;
import arignote.backend.cuda.driver.Stream;
import arignote.backend.cuda.kernel.Argument;
import arignote.ir.EvaluationException;
import arignote.plan.Slot;
import arignote.plan.View;
import java.util.List;
import java.util.Optional;

/// One call of a prepared program: where everything lies, and the stream that does the work.
final class Run {
  /// A kernel has this many arguments at most.
  static final int MOST_ARGUMENTS = 512;

  private final Session session;
  private final Prepared prepared;
  private final long[] base;
  private final long[] numbers = new long[MOST_ARGUMENTS];
  private final Optional<CapturedPieces> pieces;

  /// Whether the work that is put into the stream is part of a piece.
  private boolean inPiece;

  /// @param base the address of each slot, by its index; changes from step to step of a loop
  /// @param pieces what has been captured and can be replayed; empty if nothing is to be
  Run(Session session, Prepared prepared, long[] base, Optional<CapturedPieces> pieces) {
    this.session = session;
    this.prepared = prepared;
    this.base = base;
    this.pieces = pieces;
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

  /// Does the work of some instructions; that between decisions of the host as pieces.
  void run(List<Instruction> instructions) {
    int from = 0;
    for (int i = 0; i < instructions.size() && !inPiece; i++) {
      if (instructions.get(i).decides()) {
        straight(instructions, from, i);
        instructions.get(i).run(this);
        from = i + 1;
      }
    }
    straight(instructions, from, instructions.size());
  }

  private void straight(List<Instruction> instructions, int from, int to) {
    if (from < to) {
      piece(
          instructions,
          from,
          () -> instructions.subList(from, to).forEach(instruction -> instruction.run(this)));
    }
  }

  /// Does work in which the host decides nothing, by replaying it if it has been captured.
  ///
  /// @param of whose work it is, by identity
  /// @param number tells apart what is different work of the same
  void piece(Object of, long number, Runnable work) {
    if (inPiece || pieces.isEmpty()) {
      work.run();
      return;
    }
    inPiece = true;
    try {
      pieces.get().run(new CapturedPieces.Piece(of, number), work);
    } finally {
      inPiece = false;
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
