package arignote.plan;

import arignote.ir.Constant;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The slots of a program that is prepared for known lengths, numbered one after the other.
public final class Slots {
  private record Region(Slot slot, long offset) {}

  private final long alignment;
  private final List<Slot> slots = new ArrayList<>();
  private final IdentityHashMap<Slot, Region> regions = new IdentityHashMap<>();
  private final Map<Constant, Slot> constants = new LinkedHashMap<>();

  /// @param alignment of memory that is not the program's own
  public Slots(long alignment) {
    this.alignment = alignment;
  }

  /// A new slot.
  public Slot make(Slot.Kind kind, long bytes) {
    return make(
        kind,
        bytes,
        switch (kind) {
          case ARENA -> BufferPlan.ALIGNMENT;
          case EXTERNAL -> alignment;
          case STEPPING, ZERO -> 1;
        });
  }

  /// A new slot whose addresses will be multiples of a power of two.
  public Slot make(Slot.Kind kind, long bytes, long aligned) {
    Slot slot = new Slot(slots.size(), kind, bytes, aligned);
    slots.add(slot);
    return slot;
  }

  /// A tensor that is all of a new slot, row by row.
  public View dense(Slot.Kind kind, DType dtype, long... shape) {
    return View.dense(make(kind, Layout.dense(shape).size() * dtype.bytes()), dtype, shape);
  }

  /// All slots in their order.
  public List<Slot> all() {
    return Collections.unmodifiableList(slots);
  }

  /// Where a constant lies: in a slot of its own.
  View constant(Constant constant) {
    HostTensor value = constant.value();
    Slot slot =
        constants.computeIfAbsent(constant, _ -> make(Slot.Kind.EXTERNAL, value.byteSize()));
    return View.dense(slot, value.dtype(), value.shape());
  }

  /// The slots of the constants that the program uses.
  public Map<Constant, Slot> constants() {
    return Collections.unmodifiableMap(constants);
  }

  /// Puts slots of an inner block into one stretch of its outer block's memory.
  void place(List<Slot> inner, BufferPlan plan, Slot region) {
    for (int i = 0; i < inner.size(); i++) {
      regions.put(inner.get(i), new Region(region, plan.offset(i)));
    }
  }

  /// For each slot where it starts in the program's own memory; 0 for those that lie elsewhere.
  long[] offsets(List<Slot> outermost, BufferPlan plan) {
    long[] offsets = new long[slots.size()];
    for (int i = 0; i < outermost.size(); i++) {
      offsets[outermost.get(i).index()] = plan.offset(i);
    }
    for (Slot slot : slots) {
      Slot at = slot;
      long offset = 0;
      for (Region region = regions.get(at); region != null; region = regions.get(at)) {
        offset += region.offset;
        at = region.slot;
      }
      if (at != slot) {
        offsets[slot.index()] = offset + offsets[at.index()];
      }
    }
    return offsets;
  }
}
