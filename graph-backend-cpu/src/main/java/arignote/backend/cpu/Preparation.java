package arignote.backend.cpu;

import arignote.ir.Bindings;
import arignote.ir.Constant;
import arignote.plan.BufferPlan;
import arignote.plan.Lengths;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/// What the blocks of one program share while they are prepared for known lengths: the slots, the
/// constants, the lengths.
final class Preparation {
  private record Region(Slot slot, long offset) {}

  private final Toolbox tools;
  private final Lengths lengths;
  private final List<Slot> slots = new ArrayList<>();
  private final IdentityHashMap<Slot, Region> regions = new IdentityHashMap<>();
  private final IdentityHashMap<Constant, Slot> constantSlots = new IdentityHashMap<>();
  private final List<Prepared.Fixed> fixed = new ArrayList<>();
  private final Slot zero;
  private int parts = 1;

  Preparation(Toolbox tools, Bindings bindings) {
    this.tools = tools;
    this.lengths = new Lengths(bindings);
    this.zero = slot(Slot.Kind.ZERO, Long.MAX_VALUE);
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

  Slot slot(Slot.Kind kind, long bytes) {
    Slot slot = new Slot(slots.size(), kind, bytes);
    slots.add(slot);
    return slot;
  }

  /// Leaves out some places in the table of addresses, so that threads which change those before
  /// and after it do not take a cache line from each other.
  void leaveGap() {
    for (int i = 0; i < 8; i++) {
      slot(Slot.Kind.ZERO, 0);
    }
  }

  /// The slot at address 0.
  Slot zero() {
    return zero;
  }

  /// Where a constant lies.
  View constant(Constant constant) {
    HostTensor value = constant.value();
    Slot slot =
        constantSlots.computeIfAbsent(
            constant,
            _ -> {
              Slot made = slot(Slot.Kind.EXTERNAL, value.byteSize());
              fixed.add(new Prepared.Fixed(made, NativeTensors.readable(value)));
              return made;
            });
    return View.dense(slot, value.dtype(), value.shape());
  }

  Lengths lengths() {
    return lengths;
  }

  /// Puts the arena slots of an inner block into one stretch of its outer block's memory.
  void place(List<Slot> inner, BufferPlan plan, Slot region) {
    for (int i = 0; i < inner.size(); i++) {
      regions.put(inner.get(i), new Region(region, plan.offset(i)));
    }
  }

  /// For each slot where it starts in the executable's memory; 0 for those that lie elsewhere.
  long[] offsets(List<Slot> outermost, BufferPlan plan) {
    long[] offsets = new long[slots.size()];
    for (int i = 0; i < outermost.size(); i++) {
      offsets[outermost.get(i).index()] = plan.offset(i);
    }
    for (Slot slot : slots) {
      Slot at = slot;
      long offset = 0;
      while (regions.containsKey(at)) {
        offset += regions.get(at).offset;
        at = regions.get(at).slot;
      }
      if (at != slot) {
        offsets[slot.index()] = offset + offsets[at.index()];
      }
    }
    return offsets;
  }

  List<Slot> slots() {
    return slots;
  }

  List<Prepared.Fixed> fixed() {
    return fixed;
  }
}
