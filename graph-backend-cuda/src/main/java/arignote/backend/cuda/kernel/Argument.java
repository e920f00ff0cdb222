package arignote.backend.cuda.kernel;

import arignote.plan.Slot;
import arignote.plan.View;

/// A 64-bit number that a kernel is launched with.
public sealed interface Argument {
  /// An address in a slot, known when the kernel is launched.
  record Address(Slot slot, long offset) implements Argument {
    /// The address of a view's first element.
    public static Address of(View view) {
      return new Address(view.slot(), view.offset());
    }
  }

  /// A size, a stride, a position.
  record Number(long value) implements Argument {}
}
