package arignote.backend.cuda;

import arignote.backend.cuda.driver.OutOfDeviceMemory;
import arignote.ir.Bindings;
import arignote.ir.Shared;
import arignote.plan.BufferPlan;
import arignote.plan.Measurement;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.ProgramSlots;
import arignote.runtime.DeviceException;
import arignote.runtime.Executable;
import arignote.tensor.HostTensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A program compiled for a GPU.
///
/// A call takes a [Session] of the device, copies the arguments there, puts the prepared work into
/// the session's stream, copies the results back and waits for that. Shared variables stay on the
/// device.
final class CudaExecutable implements Executable {
  private final ProgramPreparation preparation;
  private final Signatures signatures;

  CudaExecutable(ProgramPreparation preparation) {
    this.preparation = preparation;
    this.signatures = new Signatures(preparation.constants());
    preparation.gpu().register(signatures);
    Cleaning.of(this, signatures::leave);
  }

  /// The prepared programs by lengths, those of the most recent calls.
  private static final class Signatures implements Gpu.Tenant {
    private static final int MOST = 128;

    private final Map<Bindings, Prepared> prepared = new LinkedHashMap<>(16, 0.75f, true);
    private final Constants constants;

    Signatures(Constants constants) {
      this.constants = constants;
    }

    synchronized Prepared get(Bindings bindings, ProgramPreparation preparation) {
      Prepared known = prepared.get(bindings);
      if (known == null) {
        known = prepare(bindings, preparation);
        prepared.put(bindings, known);
        if (prepared.size() > MOST) {
          Iterator<Prepared> oldest = prepared.values().iterator();
          oldest.next().close();
          oldest.remove();
        }
      }
      return known;
    }

    private static Prepared prepare(Bindings bindings, ProgramPreparation preparation) {
      long start = System.nanoTime();
      Prepared made = preparation.prepare(bindings);
      preparation
          .profiler()
          .ifPresent(profiler -> {
            profiler.prepared(System.nanoTime() - start);
            // Says what instructions do, to who measures them.
            PlanWriter.write(preparation.name(), bindings, made);
          });
      return made;
    }

    @Override
    public synchronized void leave() {
      prepared.values().forEach(Prepared::close);
      prepared.clear();
      constants.close();
    }
  }

  @Override
  public List<HostTensor> call(
      List<HostTensor> arguments, Bindings bindings, SegmentAllocator resultMemory) {
    Gpu gpu = preparation.gpu();
    gpu.enter();
    Prepared prepared = signatures.get(bindings, preparation);
    long start = System.nanoTime();
    List<HostTensor> results = new ArrayList<>();
    for (ProgramSlots.Exchanged result : prepared.slots().results()) {
      results.add(HostTensor.allocate(resultMemory, result.dtype(), result.shape()));
    }
    Session session = gpu.take();
    try {
      withShared(session, prepared, arguments, bindings, results);
    } catch (DeviceException e) {
      throw gpu.device().isLost() ? lost(session, prepared, e) : e;
    } finally {
      gpu.giveBack(session);
      // Neither constants nor captured work are freed before.
      Reference.reachabilityFence(this);
    }
    preparation
        .profiler()
        .ifPresent(profiler -> profiler.called(System.nanoTime() - start, prepared.bytes()));
    return results;
  }

  /// Runs the program while nobody takes the memory of its shared variables away.
  private void withShared(
      Session session,
      Prepared prepared,
      List<HostTensor> arguments,
      Bindings bindings,
      List<HostTensor> results) {
    Map<Shared, DeviceStore> shared = new IdentityHashMap<>();
    try {
      for (Shared variable : prepared.slots().shared().keySet()) {
        shared.put(variable, onDevice(variable));
      }
      // A variable that came from another device has made that the current one.
      preparation.gpu().enter();
      run(session, prepared, arguments, shared, bindings, results);
    } finally {
      shared.values().forEach(DeviceStore::release);
    }
  }

  private void run(
      Session session,
      Prepared prepared,
      List<HostTensor> arguments,
      Map<Shared, DeviceStore> shared,
      Bindings bindings,
      List<HostTensor> results) {
    long arena = arena(session, prepared, bindings);
    long[] base = prepared.addresses(arena, shared);
    Run run = prepared.begin(session, base);
    try {
      copyArguments(session, prepared, arguments, base);
      prepared.run(run);
      MemorySegment staging = copyResults(session, prepared, results, base);
      session.finish(base[prepared.errors().index()]);
      run.collectTimes();
      prepared.throwErrors(run);
      long offset = 0;
      for (HostTensor result : results) {
        MemorySegment.copy(staging, offset, result.segment(), 0, result.byteSize());
        offset += aligned(result.byteSize());
      }
    } catch (RuntimeException | Error e) {
      // What has been put into the stream must not go on under the next call.
      session.abandon();
      throw e;
    } finally {
      prepared.end(run);
    }
  }

  private static long aligned(long bytes) {
    return (bytes + BufferPlan.ALIGNMENT - 1) / BufferPlan.ALIGNMENT * BufferPlan.ALIGNMENT;
  }

  private static long total(List<HostTensor> tensors) {
    return tensors.stream().mapToLong(tensor -> aligned(tensor.byteSize())).sum();
  }

  private static void copyArguments(
      Session session, Prepared prepared, List<HostTensor> arguments, long[] base) {
    MemorySegment staging = session.argumentStaging(total(arguments));
    long offset = 0;
    for (int i = 0; i < arguments.size(); i++) {
      HostTensor argument = arguments.get(i);
      MemorySegment.copy(argument.segment(), 0, staging, offset, argument.byteSize());
      session.stream()
          .copyToDevice(
              base[prepared.slots().inputs().get(i).slot().index()],
              staging.address() + offset,
              argument.byteSize());
      offset += aligned(argument.byteSize());
    }
  }

  /// Starts copying the results to pinned memory.
  private static MemorySegment copyResults(
      Session session, Prepared prepared, List<HostTensor> results, long[] base) {
    MemorySegment staging = session.resultStaging(total(results));
    long offset = 0;
    for (int i = 0; i < results.size(); i++) {
      session.stream()
          .copyToHost(
              staging.address() + offset,
              base[prepared.slots().results().get(i).slot().index()],
              results.get(i).byteSize());
      offset += aligned(results.get(i).byteSize());
    }
    return staging;
  }

  private long arena(Session session, Prepared prepared, Bindings bindings) {
    Gpu gpu = preparation.gpu();
    try {
      return session.arena(prepared.bytes());
    } catch (OutOfDeviceMemory _) {
      gpu.makeRoom();
      try {
        return session.arena(prepared.bytes());
      } catch (OutOfDeviceMemory _) {
        throw gpu.outOfMemory(
            prepared.bytes(),
            "function \"%s\" with %s".formatted(preparation.name(), bindings),
            "the largest tensors are %s; call it with smaller arguments"
                .formatted(prepared.largestTensors()));
      }
    }
  }

  /// The value of a shared variable on the device, moved there if need be; to be released.
  private DeviceStore onDevice(Shared shared) {
    synchronized (shared) {
      if (shared.store() instanceof DeviceStore store && store.isOn(preparation.gpu())) {
        store.use();
        return store;
      }
      DeviceStore store =
          DeviceStore.of(
              preparation.gpu(),
              "shared variable \"%s\"".formatted(shared.name()),
              shared.store().toHost());
      preparation.gpu().register(store);
      shared.moveTo(store);
      store.use();
      return store;
    }
  }

  /// The error of a device that failed in the midst of work.
  private DeviceException lost(Session session, Prepared prepared, DeviceException e) {
    return new DeviceException(
        "%s; function \"%s\" failed in %s, or in a product behind it; the device is lost, start the program anew"
            .formatted(e.getMessage(), preparation.name(), prepared.operation(session.started())),
        e);
  }

  @Override
  public Optional<Measurement.Program> measurements() {
    return preparation.profiler().map(Profiler::measurements);
  }

  @Override
  public Plan plan(Bindings bindings) {
    preparation.gpu().enter();
    return PlanWriter.write(preparation.name(), bindings, preparation.prepare(bindings));
  }
}
