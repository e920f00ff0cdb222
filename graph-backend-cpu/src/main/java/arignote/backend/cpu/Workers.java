package arignote.backend.cpu;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Threads that take parts of one piece of work at a time. They are daemons, start when first
/// needed, and wait awake for a few microseconds before they sleep, since the next piece usually
/// follows at once.
///
/// Parts are numbered and decided by who gives the work, so results do not depend on which thread
/// does which part. When several threads give work at once, one gets the workers and the others do
/// all parts themselves.
final class Workers {
  /// A piece of work in parts.
  interface Task {
    void run(int part);
  }

  private static final int SPINS = 2000;

  /// How long the giver sleeps between looks at a worker that takes long, in nanoseconds.
  private static final long NAP = 20_000;

  private final ReentrantLock inUse = new ReentrantLock();
  private final Worker[] workers;

  /// @param threads how many work at once, the giving thread included
  Workers(int threads) {
    workers = new Worker[threads - 1];
  }

  /// Does all parts of a task and returns when they are done.
  void run(int parts, Task task) {
    if (parts <= 1 || workers.length == 0 || inUse.isHeldByCurrentThread() || !inUse.tryLock()) {
      for (int part = 0; part < parts; part++) {
        task.run(part);
      }
      return;
    }
    try {
      int helpers = Math.min(parts - 1, workers.length);
      for (int i = 0; i < helpers; i++) {
        if (workers[i] == null) {
          workers[i] = new Worker(i);
        }
        workers[i].give(task, i + 1, parts, helpers + 1);
      }
      Throwable failure = runParts(task, 0, parts, helpers + 1);
      for (int i = 0; i < helpers; i++) {
        Throwable other = workers[i].await();
        failure = failure == null ? other : failure;
      }
      if (failure instanceof RuntimeException e) {
        throw e;
      }
      if (failure instanceof Error e) {
        throw e;
      }
    } finally {
      inUse.unlock();
    }
  }

  private static @Nullable Throwable runParts(Task task, int first, int parts, int step) {
    try {
      for (int part = first; part < parts; part += step) {
        task.run(part);
      }
      return null;
    } catch (RuntimeException | Error e) {
      return e;
    }
  }

  private record Job(Task task, int first, int parts, int step) {}

  private static final class Worker implements Runnable {
    private final AtomicReference<@Nullable Job> job = new AtomicReference<>();
    private final Thread thread;
    private volatile @Nullable Throwable failure;

    Worker(int number) {
      thread = Thread.ofPlatform().daemon().name("arignote-cpu-" + number).unstarted(this);
      thread.start();
    }

    void give(Task task, int first, int parts, int step) {
      failure = null;
      job.set(new Job(task, first, parts, step));
      LockSupport.unpark(thread);
    }

    @Nullable Throwable await() {
      for (int spins = 0; job.get() != null; spins++) {
        if (spins < SPINS) {
          Thread.onSpinWait();
        } else {
          LockSupport.parkNanos(this, NAP);
        }
      }
      return failure;
    }

    @Override
    public void run() {
      int spins = 0;
      while (true) {
        Job next = job.get();
        if (next == null) {
          if (++spins < SPINS) {
            Thread.onSpinWait();
          } else {
            LockSupport.park(this);
          }
          continue;
        }
        spins = 0;
        failure = runParts(next.task, next.first, next.parts, next.step);
        job.set(null);
      }
    }
  }
}
