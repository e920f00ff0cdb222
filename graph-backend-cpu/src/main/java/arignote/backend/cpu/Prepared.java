package arignote.backend.cpu;

import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.ProgramSlots;
import arignote.plan.Slot;
import arignote.plan.Slots;
import arignote.tensor.HostTensor;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;

/// A program prepared for known lengths: what runs, and where everything lies. One thread at a time
/// may run it.
final class Prepared implements PlanWriter.Program {
  private final Instruction[] instructions;
  private final long[] offsets;
  private final boolean[] inArena;
  private final long[] base;
  private final long bytes;

  /// The constants: instructions know addresses only, so this keeps the memory.
  private final List<HostTensor> constants = new ArrayList<>();

  private final ProgramSlots program;

  /// What [#bind] was told, for the same reason.
  private final List<HostTensor> bound = new ArrayList<>();

  /// @param offsets for each slot where it starts in the arena, if it does
  /// @param bytes how much memory the arena needs
  Prepared(
      List<Instruction> instructions,
      Slots slots,
      long[] offsets,
      long bytes,
      ProgramSlots program) {
    this.instructions = instructions.toArray(Instruction[]::new);
    this.offsets = offsets;
    this.inArena = new boolean[slots.all().size()];
    for (Slot slot : slots.all()) {
      inArena[slot.index()] = slot.kind() == Slot.Kind.ARENA;
    }
    this.base = new long[slots.all().size()];
    this.bytes = bytes;
    this.program = program;
    slots
        .constants()
        .forEach((constant, slot) -> {
          HostTensor tensor = NativeTensors.readable(constant.value());
          constants.add(tensor);
          base[slot.index()] = tensor.segment().address();
        });
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public long offset(Slot slot) {
    return offsets[slot.index()];
  }

  @Override
  public List<Plan.Step> describe(PlanWriter writer) {
    return writer.describe(instructions);
  }

  @Override
  public ProgramSlots slots() {
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
      Reference.reachabilityFence(constants);
    }
  }
}
