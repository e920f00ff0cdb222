package arignote.backend.cuda;

import arignote.backend.cuda.driver.Cublas;
import arignote.backend.cuda.driver.Device;
import arignote.backend.cuda.driver.DeviceMemory;
import arignote.backend.cuda.driver.OutOfDeviceMemory;
import arignote.runtime.DeviceException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;

/// A device with what all functions on it share: kernels, cuBLAS, sessions that no call uses now.
final class Gpu implements AutoCloseable {
  private final Device device;
  private final Kernels kernels;
  private final Deque<Session> idle = new ArrayDeque<>();
  private final Set<Tenant> tenants = Collections.newSetFromMap(new WeakHashMap<>());
  private Optional<Cublas> cublas = Optional.empty();
  private boolean closed;

  /// Whoever holds memory of the device, until it is closed.
  interface Tenant {
    /// Gives it back.
    void leave();
  }

  Gpu(Device device) {
    this.device = device;
    this.kernels = new Kernels(device);
  }

  Device device() {
    return device;
  }

  Kernels kernels() {
    return kernels;
  }

  int processors() {
    return device.processors();
  }

  /// @throws DeviceException if the library is not there
  synchronized Cublas cublas() {
    if (cublas.isEmpty()) {
      cublas = Optional.of(Cublas.load());
    }
    return cublas.get();
  }

  /// Notes who has to leave before the device is closed.
  void register(Tenant tenant) {
    synchronized (tenants) {
      tenants.add(tenant);
    }
  }

  /// Lets this thread use the device.
  ///
  /// @throws DeviceException if it is lost, or has been closed
  synchronized void enter() {
    if (closed && !device.isLost()) {
      throw new DeviceException(
          "%s has been closed; compile the function anew".formatted(device.id()));
    }
    device.enter();
  }

  /// A session for one call, which gives it back.
  Session take() {
    enter();
    synchronized (idle) {
      Session session = idle.poll();
      if (session != null) {
        return session;
      }
    }
    return new Session(this);
  }

  void giveBack(Session session) {
    synchronized (idle) {
      idle.push(session);
    }
  }

  /// Memory that stays.
  ///
  /// @param purpose for the message
  /// @param remedy likewise
  /// @throws DeviceException if there is not enough
  DeviceMemory allocate(long bytes, String purpose, String remedy) {
    try {
      return device.allocate(bytes);
    } catch (OutOfDeviceMemory _) {
      makeRoom();
      try {
        return device.allocate(bytes);
      } catch (OutOfDeviceMemory _) {
        throw outOfMemory(bytes, purpose, remedy);
      }
    }
  }

  DeviceException outOfMemory(long bytes, String purpose, String remedy) {
    long[] memory = device.memory();
    return new DeviceException(
        "%s: out of memory: %s needs %d bytes, free are %d of %d; %s"
            .formatted(device.id(), purpose, bytes, memory[0], memory[1], remedy));
  }

  /// Frees what can be had again: the memory of sessions that no call uses, and that of functions
  /// and shared variables that nobody can reach any more.
  void makeRoom() {
    List<Session> sessions;
    synchronized (idle) {
      sessions = new ArrayList<>(idle);
      idle.clear();
    }
    sessions.forEach(Session::dropArena);
    synchronized (idle) {
      idle.addAll(sessions);
    }
    long before = device.allocated();
    System.gc();
    for (int i = 0; i < 20 && device.allocated() == before; i++) {
      try {
        Thread.sleep(5);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /// Frees everything; no call may be under way. Shared variables come back to the host, unless the
  /// device is lost.
  @Override
  public void close() {
    List<Tenant> leaving;
    synchronized (tenants) {
      leaving = List.copyOf(tenants);
      tenants.clear();
    }
    leaving.forEach(Tenant::leave);
    synchronized (this) {
      closed = true;
    }
    synchronized (idle) {
      idle.forEach(Session::close);
      idle.clear();
    }
    kernels.close();
    device.close();
  }
}
