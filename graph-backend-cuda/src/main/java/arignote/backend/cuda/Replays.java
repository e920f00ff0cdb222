package arignote.backend.cuda;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/// What has been captured of one prepared program, for each session that has run it: calls at once
/// have sessions of their own, and so what they replay.
final class Replays implements AutoCloseable {
  private final List<CapturedPieces> idle = new ArrayList<>();
  private boolean closed;

  /// What has been done already, so that all it needs is loaded, and it can be captured.
  private final Set<CapturedPieces.Piece> done = Collections.synchronizedSet(new HashSet<>());

  /// What a call can replay, which it gives back; what no longer fits, as memory has moved, is
  /// freed.
  synchronized CapturedPieces take(Session session, long[] base) {
    for (Iterator<CapturedPieces> known = idle.iterator(); known.hasNext(); ) {
      CapturedPieces pieces = known.next();
      if (pieces.isOf(session)) {
        known.remove();
        if (pieces.fit(base)) {
          return pieces;
        }
        pieces.close();
      }
    }
    return new CapturedPieces(session, base, done);
  }

  /// Keeps what a call has replayed, whose work is done, unless nobody will need it.
  synchronized void giveBack(CapturedPieces pieces) {
    if (closed) {
      pieces.close();
    } else {
      idle.add(pieces);
    }
  }

  /// Frees what was captured, and what is in use as soon as it is given back.
  @Override
  public synchronized void close() {
    closed = true;
    idle.forEach(CapturedPieces::close);
    idle.clear();
  }
}
