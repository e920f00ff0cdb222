package arignote.backend.cuda;

import static java.util.Objects.requireNonNull;

import arignote.ir.Apply;
import arignote.ir.Shared;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.ProgramSlots;
import arignote.plan.Slot;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// A program prepared for known lengths: what runs, and where everything lies. Calls at once share
/// it.
///
/// What has run once is replayed from then on as CUDA graphs, captured with the addresses that its
/// memory then has, and again whenever they have changed: for each session one graph for a call, or
/// one for each piece between decisions of the host.
final class Prepared implements PlanWriter.Program, AutoCloseable {

  /// So many of the largest tensors are named when memory runs out.
  private static final int NAMED = 3;

  private final List<Instruction> instructions;
  private final List<Slot> slots;
  private final long[] offsets;
  private final long bytes;
  private final Slot errors;
  private final ProgramSlots program;
  private final Map<Slot, DeviceStore> fixed;
  private final Map<Slot, String> tensors;
  private final List<Apply> operations;
  private final Map<Integer, NotedError> errorsByOperation;
  private final Optional<Profiler> profiler;
  private final List<Profiler.Purpose> purposes;
  private final boolean capturable;
  private final boolean multiplies;
  private final boolean tensorFloats;
  private final Replays replays = new Replays();

  /// @param offsets for each slot where it starts in the arena, if it does
  /// @param bytes how much memory the arena needs
  /// @param capturable whether work may be captured
  Prepared(
      List<Instruction> instructions,
      Preparation preparation,
      long[] offsets,
      long bytes,
      Slot errors,
      ProgramSlots program,
      boolean capturable) {
    this.instructions = List.copyOf(instructions);
    this.slots = List.copyOf(preparation.slots().all());
    this.offsets = offsets;
    this.bytes = bytes;
    this.errors = errors;
    this.program = program;
    this.fixed = preparation.fixed();
    this.tensors = preparation.tensors();
    this.operations = List.copyOf(preparation.operations());
    this.errorsByOperation = preparation.errors();
    this.profiler = preparation.profiler();
    this.purposes = preparation.purposes();
    this.capturable = capturable;
    this.multiplies = preparation.multiplies();
    this.tensorFloats = preparation.isOn(Switch.TF32);
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
    List<Plan.Step> steps = writer.describe(instructions);
    profiler.ifPresent(known -> known.describe(purposes, writer));
    return steps;
  }

  @Override
  public ProgramSlots slots() {
    return program;
  }

  /// Where errors are noted.
  Slot errors() {
    return errors;
  }

  /// The largest tensors in the call's memory, for messages.
  String largestTensors() {
    return tensors.entrySet().stream()
        .sorted(
            Comparator.comparingLong((Map.Entry<Slot, String> entry) -> entry.getKey().bytes())
                .reversed())
        .limit(NAMED)
        .map(entry -> "%s, %d bytes".formatted(entry.getValue(), entry.getKey().bytes()))
        .collect(Collectors.joining("; "));
  }

  /// The address of each slot by its index, but for those that change from step to step.
  ///
  /// @param shared where the shared variables lie
  long[] addresses(long arena, Map<Shared, DeviceStore> shared) {
    long[] base = new long[slots.size()];
    for (Slot slot : slots) {
      if (slot.kind() == Slot.Kind.ARENA) {
        base[slot.index()] = arena + offsets[slot.index()];
      }
    }
    fixed.forEach((slot, store) -> base[slot.index()] = store.address());
    program
        .shared()
        .forEach((variable, slot) ->
            base[slot.index()] = requireNonNull(shared.get(variable)).address());
    return base;
  }

  /// A call that uses a session until its [#end].
  Run begin(Session session, long[] base) {
    if (!capturable) {
      return new Run(session, this, base, Optional.empty(), profiler.map(session::stopwatch));
    }
    return new Run(session, this, base, Optional.of(replays.take(session, base)), Optional.empty());
  }

  /// Puts all work of a call into its session's stream; its errors may be looked at once that is
  /// done.
  void run(Run run) {
    if (multiplies) {
      // What a session needs for products cannot be made while work is captured.
      run.products();
    }
    run.run(instructions);
  }

  /// Ends a call, whose work is done or has failed.
  void end(Run run) {
    run.pieces().ifPresent(replays::giveBack);
  }

  /// Whether products of `f32` may round their operands to TF32.
  boolean tensorFloats() {
    return tensorFloats;
  }

  /// Throws the error that was noted on the device, if there is one.
  ///
  /// @param run whose work is done
  /// @throws arignote.ir.EvaluationException if there is one
  void throwErrors(Run run) {
    long noted = run.session().errorOperation();
    if (noted != 0) {
      throw Optional.ofNullable(errorsByOperation.get((int) (noted - 1))).orElseThrow().error(run);
    }
  }

  /// The node that kernels last said they belong to.
  String operation(long number) {
    return number >= 0 && number < operations.size()
        ? operations.get((int) number).toString()
        : "an op";
  }

  /// Frees what was captured.
  @Override
  public void close() {
    replays.close();
  }
}
