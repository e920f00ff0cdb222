package arignote.backend.cuda;

import arignote.ir.Apply;
import arignote.ir.Bindings;
import arignote.plan.BufferPlan;
import arignote.plan.Lengths;
import arignote.plan.Slot;
import arignote.plan.Slots;
import arignote.plan.View;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the blocks of one program share while they are prepared for known lengths: the slots, the
/// constants, the lengths, the nodes by number.
final class Preparation {
  private final Gpu gpu;
  private final Constants constants;
  private final Lengths lengths;
  private final Persistence persistence;
  private final Slots slots = new Slots(BufferPlan.ALIGNMENT);
  private final Map<Slot, String> tensors = new LinkedHashMap<>();
  private final List<Apply> operations = new ArrayList<>();
  private final Map<Integer, NotedError> errors = new LinkedHashMap<>();
  private final Optional<Profiler> profiler;
  private final List<Profiler.Purpose> purposes = new ArrayList<>();
  private final List<Slot> kept = new ArrayList<>();
  private boolean multiplies;
  private boolean prints;

  /// @param profiler who measures instructions, if that is asked for
  Preparation(
      Gpu gpu,
      Constants constants,
      Persistence persistence,
      Bindings bindings,
      Optional<Profiler> profiler) {
    this.profiler = profiler;
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

  Slots slots() {
    return slots;
  }

  /// Gives a node a number, by which kernels say that they have started.
  int operation(Apply apply) {
    operations.add(apply);
    return operations.size() - 1;
  }

  /// Remembers what it means if an operation notes an error.
  void error(int operation, NotedError error) {
    errors.put(operation, error);
  }

  /// Remembers that there are products.
  void multiply() {
    multiplies = true;
  }

  /// Whether there are products.
  boolean multiplies() {
    return multiplies;
  }

  Optional<Profiler> profiler() {
    return profiler;
  }

  /// Remembers what an instruction is for, which is measured.
  void purpose(Profiler.Purpose purpose) {
    purposes.add(purpose);
  }

  /// Forgets what instructions are for that are part of another.
  void forget(List<Instruction> instructions) {
    Set<Instruction> forgotten = Collections.newSetFromMap(new IdentityHashMap<>());
    forgotten.addAll(instructions);
    purposes.removeIf(purpose -> forgotten.contains(purpose.instruction()));
  }

  List<Profiler.Purpose> purposes() {
    return purposes;
  }

  /// Remembers that there are values to be shown.
  void print() {
    prints = true;
  }

  /// Whether there are values to be shown.
  boolean prints() {
    return prints;
  }

  /// Remembers memory of the program that nothing else may use during a call.
  void keep(Slot slot) {
    kept.add(slot);
  }

  List<Slot> kept() {
    return kept;
  }

  /// Remembers whose value a slot holds, for messages about memory.
  void describe(Slot slot, Apply apply, View view) {
    tensors.put(slot, "%s of %s (%s)".formatted(view.type(), apply.op().mnemonic(), apply.site()));
  }

  Lengths lengths() {
    return lengths;
  }

  /// The memory of the constants that are used.
  Map<Slot, DeviceStore> fixed() {
    Map<Slot, DeviceStore> fixed = new LinkedHashMap<>();
    slots.constants().forEach((constant, slot) -> fixed.put(slot, constants.onDevice(constant)));
    return fixed;
  }

  Map<Slot, String> tensors() {
    return tensors;
  }

  List<Apply> operations() {
    return operations;
  }

  Map<Integer, NotedError> errors() {
    return errors;
  }
}
