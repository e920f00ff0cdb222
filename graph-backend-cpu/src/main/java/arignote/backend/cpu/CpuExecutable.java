package arignote.backend.cpu;

import arignote.ir.Bindings;
import arignote.ir.HostStore;
import arignote.ir.Shared;
import arignote.ir.TensorType;
import arignote.plan.Measurement;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.ProgramSlots;
import arignote.plan.Slot;
import arignote.runtime.ArgumentException;
import arignote.runtime.DeviceException;
import arignote.runtime.Executable;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A program compiled for the CPU.
///
/// A call takes a [Prepared] for its lengths and a block of memory, or makes them, and gives them
/// back afterwards: calls with lengths seen before prepare and allocate nothing but results, and
/// threads that call at once have their own.
final class CpuExecutable implements Executable {
  /// For so many sets of lengths the program stays prepared.
  private static final int MOST_PREPARED = 256;

  private final ProgramPreparation preparation;
  private final Optional<Profiler> profiler;
  private final Map<Bindings, Deque<Prepared>> prepared = new LinkedHashMap<>(16, 0.75f, true);
  private final Deque<HostTensor> memories = new ArrayDeque<>();

  CpuExecutable(ProgramPreparation preparation, Optional<Profiler> profiler) {
    this.preparation = preparation;
    this.profiler = profiler;
  }

  @Override
  public List<HostTensor> call(
      List<HostTensor> arguments, Bindings bindings, SegmentAllocator resultMemory) {
    Prepared run = takePrepared(bindings);
    if (run == null) {
      run = prepare(bindings);
    }
    long start = profiler.isPresent() ? System.nanoTime() : 0;
    HostTensor memory = takeMemory(run.bytes());
    try {
      List<HostTensor> results = bind(run, arguments, resultMemory);
      run.run(memory);
      if (profiler.isPresent()) {
        profiler.get().called(System.nanoTime() - start, run.bytes());
      }
      return results;
    } finally {
      run.release();
      giveBack(bindings, run, memory);
    }
  }

  private Prepared prepare(Bindings bindings) {
    if (profiler.isEmpty()) {
      return preparation.prepare(bindings);
    }
    long start = System.nanoTime();
    Prepared made = preparation.prepare(bindings);
    profiler.get().prepared(System.nanoTime() - start);
    // Says what instructions do, to those that time them.
    PlanWriter.write(preparation.name(), bindings, made);
    return made;
  }

  @Override
  public Optional<Measurement.Program> measurements() {
    return profiler.map(Profiler::measurements);
  }

  @Override
  public Plan plan(Bindings bindings) {
    return PlanWriter.write(preparation.name(), bindings, preparation.prepare(bindings));
  }

  /// Tells a prepared program where everything lies that it exchanges with its caller.
  private static List<HostTensor> bind(
      Prepared run, List<HostTensor> arguments, SegmentAllocator resultMemory) {
    ProgramSlots slots = run.slots();
    for (int i = 0; i < arguments.size(); i++) {
      checkAlive(i, arguments.get(i));
      run.bind(slots.inputs().get(i).slot(), NativeTensors.readable(arguments.get(i)));
    }
    for (Map.Entry<Shared, Slot> shared : slots.shared().entrySet()) {
      run.bind(shared.getValue(), hostTensor(shared.getKey()));
    }
    HostTensor[] results = new HostTensor[slots.results().size()];
    for (int i = 0; i < results.length; i++) {
      ProgramSlots.Exchanged result = slots.results().get(i);
      results[i] = HostTensor.allocate(resultMemory, result.dtype(), result.shape());
      run.bind(result.slot(), results[i]);
    }
    return List.of(results);
  }

  /// Addresses are read unchecked, so memory that is gone must be found here.
  private static void checkAlive(int index, HostTensor argument) {
    MemorySegment segment = argument.segment();
    if (!segment.scope().isAlive() || !segment.isAccessibleBy(Thread.currentThread())) {
      throw new ArgumentException(
          "argument %d, %s: its memory is %s; call the function before that, or pass a copy()"
              .formatted(
                  index,
                  TensorType.of(argument.dtype(), argument.shape()),
                  segment.scope().isAlive() ? "confined to another thread" : "closed already"));
    }
  }

  /// The value of a shared variable where this backend can use it, moved there if need be.
  private static HostTensor hostTensor(Shared shared) {
    synchronized (shared) {
      if (shared.store() instanceof HostStore(HostTensor tensor)
          && NativeTensors.isUsable(tensor)) {
        return tensor;
      }
      HostTensor copy = shared.store().toHost().copy();
      shared.moveTo(new HostStore(copy));
      return copy;
    }
  }

  private @Nullable Prepared takePrepared(Bindings key) {
    synchronized (prepared) {
      Deque<Prepared> free = prepared.get(key);
      return free == null ? null : free.poll();
    }
  }

  private HostTensor takeMemory(long bytes) {
    synchronized (memories) {
      HostTensor memory = memories.poll();
      if (memory != null && memory.byteSize() >= bytes) {
        return memory;
      }
    }
    try {
      return HostTensor.zeros(DType.BOOL, Math.max(bytes, 1));
    } catch (OutOfMemoryError e) {
      throw new DeviceException(
          ("cpu: the function needs %d bytes for intermediate values, more than the JVM gives outside"
                  + " its heap; raise -XX:MaxDirectMemorySize, or call it with smaller arguments")
              .formatted(bytes),
          e);
    }
  }

  private void giveBack(Bindings key, Prepared run, HostTensor memory) {
    synchronized (prepared) {
      prepared.computeIfAbsent(key, _ -> new ArrayDeque<>()).push(run);
      if (prepared.size() > MOST_PREPARED) {
        prepared.remove(prepared.keySet().iterator().next());
      }
    }
    synchronized (memories) {
      memories.push(memory);
    }
  }
}
