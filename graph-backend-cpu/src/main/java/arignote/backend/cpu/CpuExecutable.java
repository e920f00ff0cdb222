package arignote.backend.cpu;

import arignote.ir.Bindings;
import arignote.ir.HostStore;
import arignote.ir.Shared;
import arignote.plan.Plan;
import arignote.runtime.ArgumentException;
import arignote.runtime.DeviceException;
import arignote.runtime.Executable;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  private final Map<Map<String, Long>, Deque<Prepared>> prepared =
      new LinkedHashMap<>(16, 0.75f, true);
  private final Deque<HostTensor> memories = new ArrayDeque<>();

  CpuExecutable(ProgramPreparation preparation) {
    this.preparation = preparation;
  }

  @Override
  public List<HostTensor> call(List<HostTensor> arguments, Bindings bindings) {
    Map<String, Long> key = Map.copyOf(bindings.lengths());
    Prepared run = takePrepared(key);
    if (run == null) {
      run = preparation.prepare(bindings);
    }
    HostTensor memory = takeMemory(run.bytes());
    try {
      return run(run, memory, arguments);
    } finally {
      giveBack(key, run, memory);
    }
  }

  @Override
  public Plan plan(Bindings bindings) {
    return PlanWriter.write(preparation.name(), bindings, preparation.prepare(bindings));
  }

  private static List<HostTensor> run(Prepared run, HostTensor memory, List<HostTensor> arguments) {
    ProgramSlots slots = run.program();
    List<HostTensor> alive = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      checkAlive(i, arguments.get(i));
      HostTensor argument = NativeTensors.readable(arguments.get(i));
      alive.add(argument);
      run.bind(slots.inputs().get(i), argument);
    }
    slots
        .shared()
        .forEach((shared, slot) -> {
          HostTensor tensor = hostTensor(shared);
          alive.add(tensor);
          run.bind(slot, tensor);
        });
    List<HostTensor> results = new ArrayList<>();
    for (ProgramSlots.Result result : slots.results()) {
      HostTensor tensor = result.allocate();
      results.add(tensor);
      run.bind(result.slot(), tensor);
    }
    try {
      run.run(memory.segment().address());
    } finally {
      Reference.reachabilityFence(alive);
      Reference.reachabilityFence(results);
      Reference.reachabilityFence(memory);
    }
    return results;
  }

  /// Addresses are read unchecked, so memory that is gone must be found here.
  private static void checkAlive(int index, HostTensor argument) {
    MemorySegment segment = argument.segment();
    if (!segment.scope().isAlive() || !segment.isAccessibleBy(Thread.currentThread())) {
      throw new ArgumentException(
          "argument %d, %s%s: its memory is %s; call the function before that, or pass a copy()"
              .formatted(
                  index,
                  argument.dtype(),
                  argument.shapeAsList(),
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

  private @Nullable Prepared takePrepared(Map<String, Long> key) {
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

  private void giveBack(Map<String, Long> key, Prepared run, HostTensor memory) {
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
