package arignote.backend.cuda;

import arignote.backend.cuda.kernel.Slot;
import arignote.backend.cuda.kernel.View;
import arignote.ir.Apply;
import arignote.ir.Bindings;
import arignote.ir.Constant;
import arignote.plan.BufferPlan;
import arignote.plan.Lengths;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the blocks of one program share while they are prepared for known lengths: the slots, the
/// constants, the lengths, the nodes by number.
final class Preparation {
  private record Region(Slot slot, long offset) {}

  private final Gpu gpu;
  private final Constants constants;
  private final Lengths lengths;
  private final Persistence persistence;
  private final List<Slot> slots = new ArrayList<>();
  private final IdentityHashMap<Slot, Region> regions = new IdentityHashMap<>();
  private final IdentityHashMap<Constant, Slot> constantSlots = new IdentityHashMap<>();
  private final Map<Slot, DeviceStore> fixed = new LinkedHashMap<>();
  private final Map<Slot, String> tensors = new LinkedHashMap<>();
  private final List<Apply> operations = new ArrayList<>();
  private final Map<Integer, IndexCheck> checks = new LinkedHashMap<>();

  Preparation(Gpu gpu, Constants constants, Persistence persistence, Bindings bindings) {
    this.gpu = gpu;
    this.persistence = persistence;
    this.constants = constants;
    this.lengths = new Lengths(bindings);
  }

  Gpu gpu() {
    return gpu;
  }

  /// Which loops over time become one kernel.
  Persistence persistence() {
    return persistence;
  }

  Slot slot(Slot.Kind kind, long bytes) {
    return slot(kind, bytes, Slot.ALIGNMENT);
  }

  Slot slot(Slot.Kind kind, long bytes, long alignment) {
    Slot slot = new Slot(slots.size(), kind, bytes, alignment);
    slots.add(slot);
    return slot;
  }

  /// Where a constant lies.
  View constant(Constant constant) {
    HostTensor value = constant.value();
    Slot slot =
        constantSlots.computeIfAbsent(
            constant,
            _ -> {
              Slot made = slot(Slot.Kind.EXTERNAL, value.byteSize());
              fixed.put(made, constants.onDevice(constant));
              return made;
            });
    return View.dense(slot, value.dtype(), value.shape());
  }

  /// Gives a node a number, by which kernels say that they have started.
  int operation(Apply apply) {
    operations.add(apply);
    return operations.size() - 1;
  }

  /// Notes what a node's check of indices is about.
  void check(int operation, IndexCheck check) {
    checks.put(operation, check);
  }

  /// Remembers whose value a slot holds, for messages about memory.
  void describe(Slot slot, Apply apply, View view) {
    tensors.put(slot, "%s of %s (%s)".formatted(view.type(), apply.op().mnemonic(), apply.site()));
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

  /// For each slot where it starts in the call's memory; 0 for those that lie elsewhere.
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

  List<Slot> slots() {
    return slots;
  }

  Map<Slot, DeviceStore> fixed() {
    return fixed;
  }

  Map<Slot, String> tensors() {
    return tensors;
  }

  List<Apply> operations() {
    return operations;
  }

  Map<Integer, IndexCheck> checks() {
    return checks;
  }
}
