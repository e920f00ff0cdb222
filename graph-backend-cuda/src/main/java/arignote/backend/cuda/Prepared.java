package arignote.backend.cuda;

import static java.util.Objects.requireNonNull;

import arignote.backend.cuda.driver.CaptureUnsupported;
import arignote.backend.cuda.driver.CapturedWork;
import arignote.backend.cuda.kernel.Slot;
import arignote.ir.Apply;
import arignote.ir.Shared;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.lang.foreign.SegmentAllocator;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/// A program prepared for known lengths: what runs, and where everything lies. Calls at once share
/// it.
///
/// From its second call on it is replayed as a CUDA graph, captured with the addresses that its
/// memory then has, and again whenever they have changed.
final class Prepared implements AutoCloseable {
  /// A tensor that a call takes or gives.
  record Exchanged(String name, Slot slot, DType dtype, long[] shape) {
    HostTensor allocate(SegmentAllocator memory) {
      return HostTensor.allocate(memory, dtype, shape);
    }
  }

  /// What goes in and out.
  record Interface(List<Exchanged> inputs, Map<Shared, Slot> shared, List<Exchanged> results) {}

  /// Work of this program on one session.
  private record Replay(CapturedWork work, Session session, long[] base) {}

  /// So many of the largest tensors are named when memory runs out.
  private static final int NAMED = 3;

  private final List<Instruction> instructions;
  private final List<Slot> slots;
  private final long[] offsets;
  private final long bytes;
  private final Slot errors;
  private final Interface program;
  private final Map<Slot, DeviceStore> fixed;
  private final Map<Slot, String> tensors;
  private final List<Apply> operations;
  private final Map<Integer, IndexCheck> checks;
  private volatile boolean capturable;
  private final AtomicReference<Optional<Replay>> replay = new AtomicReference<>(Optional.empty());
  private volatile boolean called;

  /// @param offsets for each slot where it starts in the arena, if it does
  /// @param bytes how much memory the arena needs
  /// @param capturable whether the host decides nothing in between; the driver may yet refuse
  Prepared(
      List<Instruction> instructions,
      Preparation preparation,
      long[] offsets,
      long bytes,
      Slot errors,
      Interface program,
      boolean capturable) {
    this.instructions = List.copyOf(instructions);
    this.slots = List.copyOf(preparation.slots());
    this.offsets = offsets;
    this.bytes = bytes;
    this.errors = errors;
    this.program = program;
    this.fixed = preparation.fixed();
    this.tensors = preparation.tensors();
    this.operations = List.copyOf(preparation.operations());
    this.checks = preparation.checks();
    this.capturable = capturable;
  }

  /// How much memory a call needs.
  long bytes() {
    return bytes;
  }

  /// Where a slot of the arena starts.
  long offset(Slot slot) {
    return offsets[slot.index()];
  }

  List<Instruction> instructions() {
    return instructions;
  }

  List<Exchanged> inputs() {
    return program.inputs;
  }

  Map<Shared, Slot> shared() {
    return program.shared;
  }

  List<Exchanged> results() {
    return program.results;
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
    program.shared.forEach(
        (variable, slot) -> base[slot.index()] = requireNonNull(shared.get(variable)).address());
    return base;
  }

  /// Puts all work into the session's stream.
  void run(Session session, long[] base) {
    if (!called || !capturable) {
      called = true;
      new Run(session, this, base).run(instructions);
      return;
    }
    Optional<Replay> taken = replay.getAndSet(Optional.empty());
    boolean fits =
        taken
            .filter(known -> known.session == session && Arrays.equals(known.base, base))
            .isPresent();
    if (!fits) {
      taken.ifPresent(old -> old.work.close());
      try {
        taken = Optional.of(capture(session, base));
      } catch (CaptureUnsupported _) {
        capturable = false;
        new Run(session, this, base).run(instructions);
        return;
      }
    }
    session.stream().launch(taken.get().work);
    replay.getAndSet(taken).ifPresent(other -> other.work.close());
  }

  private Replay capture(Session session, long[] base) {
    long[] addresses = base.clone();
    session.stream().beginCapture();
    try {
      new Run(session, this, base).run(instructions);
    } catch (RuntimeException | Error e) {
      session.stream().abandonCapture();
      throw e;
    }
    return new Replay(session.stream().endCapture(), session, addresses);
  }

  /// Throws the error that was noted on the device, if there is one.
  ///
  /// @throws arignote.ir.EvaluationException if an index was out of range
  void throwErrors(Session session) {
    if (session.errorOperation() != 0) {
      int operation = (int) (session.errorOperation() - 1);
      throw Optional.ofNullable(checks.get(operation))
          .orElseThrow()
          .error(session.errorPosition(), session.errorIndex());
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
    replay.getAndSet(Optional.empty()).ifPresent(known -> known.work.close());
  }
}
