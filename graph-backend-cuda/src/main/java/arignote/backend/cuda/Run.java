package arignote.backend.cuda;

import arignote.backend.cuda.codegen.Prelude;
import arignote.backend.cuda.driver.Products;
import arignote.backend.cuda.driver.Stream;
import arignote.backend.cuda.kernel.Argument;
import arignote.backend.cuda.kernel.Launch;
import arignote.ir.EvaluationException;
import arignote.plan.Slot;
import arignote.plan.View;
import arignote.tensor.HostTensor;
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
  private final Optional<Stopwatch> stopwatch;

  /// Whether the work that is put into the stream is part of a piece.
  private boolean inPiece;

  /// @param base the address of each slot, by its index; changes from step to step of a loop
  /// @param pieces what has been captured and can be replayed; empty if nothing is to be
  /// @param stopwatch what times instructions, if that is asked for
  Run(
      Session session,
      Prepared prepared,
      long[] base,
      Optional<CapturedPieces> pieces,
      Optional<Stopwatch> stopwatch) {
    this.session = session;
    this.prepared = prepared;
    this.base = base;
    this.pieces = pieces;
    this.stopwatch = stopwatch;
  }

  Stream stream() {
    return session.stream();
  }

  Products products() {
    return session.products(prepared.tensorFloats());
  }

  /// How many arguments a kernel takes, those that all kernels take among them.
  static int argumentCount(Launch launch) {
    return Prelude.FIRST + launch.arguments().size();
  }

  /// The arguments that a kernel is launched with, in an array that is the next launch's too.
  ///
  /// @param operation the number of the node that it belongs to
  /// @param guard a number that must be 0, else it does nothing
  long[] numbers(Launch launch, int operation, Optional<Slot> guard) {
    numbers[0] = session.progress();
    numbers[1] = operation;
    numbers[2] = guard.map(this::address).orElse(0L);
    List<Argument> arguments = launch.arguments();
    for (int i = 0; i < arguments.size(); i++) {
      numbers[Prelude.FIRST + i] = value(arguments.get(i));
    }
    return numbers;
  }

  /// Where errors are noted.
  long errors() {
    return base[prepared.errors().index()];
  }

  /// The address of each slot, by its index.
  long[] base() {
    return base;
  }

  long address(Slot slot) {
    return base[slot.index()];
  }

  long address(View view) {
    return base[view.slot().index()] + view.offset();
  }

  private long value(Argument argument) {
    return switch (argument) {
      case Argument.Address(Slot slot, long offset) -> base[slot.index()] + offset;
      case Argument.Number(long value) -> value;
    };
  }

  void move(Slot slot, long address) {
    base[slot.index()] = address;
  }

  /// What has been captured and can be replayed; empty if nothing is to be.
  Optional<CapturedPieces> pieces() {
    return pieces;
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
      piece(instructions, from, () -> instructions.subList(from, to).forEach(this::run));
    }
  }

  private void run(Instruction instruction) {
    if (stopwatch.isPresent()) {
      stopwatch.get().time(instruction, this);
    } else {
      instruction.run(this);
    }
  }

  /// Has what was timed be known, the work being done.
  void collectTimes() {
    stopwatch.ifPresent(Stopwatch::collect);
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

  Session session() {
    return session;
  }

  /// The value of a dense view, the work before it being done.
  HostTensor tensor(View view) {
    return session.tensor(address(view), view.dtype(), view.layout().shape());
  }

  /// Waits for the work so far.
  ///
  /// @throws EvaluationException if it noted an error
  void settle() {
    session.finish(errors());
    prepared.throwErrors(this);
  }

  /// Waits for a truth value, or a number that is not 0, the work before it being done.
  ///
  /// @throws EvaluationException if that work noted an error
  boolean isTrue(View predicate) {
    session.read(address(predicate), predicate.dtype().bytes(), errors());
    prepared.throwErrors(this);
    return session.numberRead() != 0;
  }
}
