package arignote.ir;

import arignote.tensor.HostTensor;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// A variable with a value that stays between calls and that functions can update: a parameter of a
/// model, a state of an optimiser. Theano's `shared`.
public final class Shared extends Variable {
  private static final AtomicLong CREATED = new AtomicLong();

  private final String name;
  private final long number = CREATED.getAndIncrement();
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private volatile SharedStore store;
  private volatile Optional<Variable> defaultUpdate = Optional.empty();

  /// @param initial copied
  public Shared(String name, HostTensor initial) {
    super(TensorType.of(initial.dtype(), initial.shape()));
    this.name = name;
    this.store = new HostStore(initial.copy());
  }

  public String name() {
    return name;
  }

  /// A copy of the value.
  public HostTensor get() {
    lock.readLock().lock();
    try {
      // A reader may move it meanwhile.
      synchronized (this) {
        return store.toHost().copy();
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  /// Replaces the value by a copy of another of the same type.
  ///
  /// @throws TypeException if dtype or shape differ
  public void set(HostTensor value) {
    TensorType found = TensorType.of(value.dtype(), value.shape());
    if (!found.equals(type())) {
      throw new TypeException(
              "set: the shared variable \"%s\" is %s, the new value is %s; reshape or cast it"
                  .formatted(name, type(), found))
          .at(Site.current());
    }
    lock.writeLock().lock();
    try {
      store.fromHost(value);
    } finally {
      lock.writeLock().unlock();
    }
  }

  /// What functions do that use this variable without an update of their own: Theano's default
  /// update, as of a random stream's counter.
  public Optional<Variable> defaultUpdate() {
    return defaultUpdate;
  }

  /// Sets the default update.
  ///
  /// @throws TypeException if the type differs from this variable's
  public void setDefaultUpdate(Variable update) {
    if (!update.type().equals(type())) {
      throw new TypeException(
          "default update: shared variable \"%s\" is %s, the update is %s"
              .formatted(name, type(), update.type()));
    }
    defaultUpdate = Optional.of(update);
  }

  /// Guards the value: held for reading by functions that use it, for writing by those that update
  /// it. Whoever takes several takes them by ascending [#number].
  public ReadWriteLock lock() {
    return lock;
  }

  /// The rank of this variable in the order of creation.
  public long number() {
    return number;
  }

  /// Where the value lies; for backends, under [#lock], and this variable's monitor as long as they
  /// need it to stay.
  public SharedStore store() {
    return store;
  }

  /// Moves the value, which the new store must hold already, and closes the old store; for
  /// backends, which hold [#lock] and this variable's monitor, as others that read may move it too.
  public void moveTo(SharedStore newStore) {
    SharedStore old = store;
    store = newStore;
    old.close();
  }
}
