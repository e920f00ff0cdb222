package arignote.backend.cuda;

import arignote.backend.cuda.driver.CaptureUnsupported;
import arignote.backend.cuda.driver.CapturedWork;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The work of a program on one session and with its memory in one place, captured piece by piece
/// as CUDA graphs. For one call at a time.
final class CapturedPieces implements AutoCloseable {
  /// A piece of work.
  ///
  /// @param of whose work it is, by identity
  /// @param number tells apart what is different work of the same
  record Piece(Object of, long number) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Piece piece && piece.of == of && piece.number == number;
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(of) + Long.hashCode(number);
    }
  }

  private final Session session;
  private final long[] base;
  private final Set<Piece> done;

  /// What was captured; empty of what the driver cannot capture.
  private final Map<Piece, Optional<CapturedWork>> pieces = new HashMap<>();

  /// @param base the addresses of all slots when a call starts
  /// @param done what has been done without being captured
  CapturedPieces(Session session, long[] base, Set<Piece> done) {
    this.session = session;
    this.base = base.clone();
    this.done = done;
  }

  /// Whether the pieces do a call's work.
  boolean fit(Session other, long[] addresses) {
    return session == other && Arrays.equals(base, addresses);
  }

  /// Does a piece of work: replays it, or captures it first, or, the first time ever, just does it,
  /// as what it needs may have to be loaded.
  void run(Piece piece, Runnable work) {
    if (done.add(piece)) {
      work.run();
      return;
    }
    Optional<CapturedWork> captured = pieces.get(piece);
    if (captured == null) {
      captured = capture(work);
      pieces.put(piece, captured);
    }
    captured.ifPresentOrElse(session.stream()::launch, work);
  }

  private Optional<CapturedWork> capture(Runnable work) {
    session.stream().beginCapture();
    try {
      work.run();
    } catch (CaptureUnsupported _) {
      session.stream().abandonCapture();
      return Optional.empty();
    } catch (RuntimeException | Error e) {
      session.stream().abandonCapture();
      throw e;
    }
    return Optional.of(session.stream().endCapture());
  }

  @Override
  public void close() {
    pieces.values().forEach(captured -> captured.ifPresent(CapturedWork::close));
    pieces.clear();
  }
}
