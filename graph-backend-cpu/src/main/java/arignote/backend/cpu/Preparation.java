package arignote.backend.cpu;

import arignote.ir.Bindings;
import arignote.plan.Lengths;
import arignote.plan.Slot;
import arignote.plan.Slots;

/// What the blocks of one program share while they are prepared for known lengths: the slots, the
/// constants, the lengths.
final class Preparation {
  private final Toolbox tools;
  private final Lengths lengths;

  /// Memory of others may start anywhere.
  private final Slots slots = new Slots(1);

  private final Slot zero;
  private int parts = 1;

  Preparation(Toolbox tools, Bindings bindings) {
    this.tools = tools;
    this.lengths = new Lengths(bindings);
    this.zero = slots.make(Slot.Kind.ZERO, Long.MAX_VALUE);
  }

  Toolbox tools() {
    return tools;
  }

  /// How many blocks of the kind that is being prepared run at once.
  int parts() {
    return parts;
  }

  /// Says how many blocks like those prepared from now on run at once.
  void setParts(int count) {
    parts = count;
  }

  Slots slots() {
    return slots;
  }

  /// Leaves out some places in the table of addresses, so that threads which change those before
  /// and after it do not take a cache line from each other.
  void leaveGap() {
    for (int i = 0; i < 8; i++) {
      slots.make(Slot.Kind.ZERO, 0);
    }
  }

  /// The slot at address 0.
  Slot zero() {
    return zero;
  }

  Lengths lengths() {
    return lengths;
  }
}
