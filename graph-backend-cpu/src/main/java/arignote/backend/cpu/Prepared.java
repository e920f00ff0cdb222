package arignote.backend.cpu;

import arignote.plan.Plan;
import arignote.tensor.HostTensor;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;

/// A program prepared for known lengths: what runs, and where everything lies. One thread at a time
/// may run it.
final class Prepared {
  /// A slot with memory of its own that never changes.
  record Fixed(Slot slot, HostTensor tensor) {}

  private final Instruction[] instructions;
  private final long[] offsets;
  private final boolean[] inArena;
  private final long[] base;
  private final long bytes;
  private final List<Fixed> fixed;
  private final ProgramSlots program;

  /// What [#bind] was told: instructions know addresses only, so this keeps the memory.
  private final List<HostTensor> bound = new ArrayList<>();

  /// @param offsets for each slot where it starts in the arena, if it does
  /// @param bytes how much memory the arena needs
  Prepared(
      List<Instruction> instructions,
      List<Slot> slots,
      long[] offsets,
      long bytes,
      List<Fixed> fixed,
      ProgramSlots program) {
    this.instructions = instructions.toArray(Instruction[]::new);
    this.offsets = offsets;
    this.inArena = new boolean[slots.size()];
    for (Slot slot : slots) {
      inArena[slot.index()] = slot.kind() == Slot.Kind.ARENA;
    }
    this.base = new long[slots.size()];
    this.bytes = bytes;
    this.fixed = List.copyOf(fixed);
    this.program = program;
    for (Fixed constant : fixed) {
      base[constant.slot.index()] = constant.tensor.segment().address();
    }
  }

  /// How much memory [#run] needs.
  long bytes() {
    return bytes;
  }

  /// Where a slot of the arena starts.
  long offset(Slot slot) {
    return offsets[slot.index()];
  }

  /// What the instructions do.
  List<Plan.Step> describe(PlanWriter writer) {
    return writer.describe(instructions);
  }

  ProgramSlots program() {
    return program;
  }

  /// Tells where an argument, a shared variable or a result lies, until [#release].
  void bind(Slot slot, HostTensor tensor) {
    bound.add(tensor);
    base[slot.index()] = tensor.segment().address();
  }

  /// Forgets what was bound.
  void release() {
    bound.clear();
  }

  /// Runs all instructions.
  ///
  /// @param arena at least [#bytes] long
  void run(HostTensor arena) {
    long start = arena.segment().address();
    for (int i = 0; i < base.length; i++) {
      if (inArena[i]) {
        base[i] = start + offsets[i];
      }
    }
    try {
      for (Instruction instruction : instructions) {
        instruction.run(base);
      }
    } finally {
      Reference.reachabilityFence(arena);
      Reference.reachabilityFence(bound);
      Reference.reachabilityFence(fixed);
    }
  }
}
