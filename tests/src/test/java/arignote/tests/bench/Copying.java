package arignote.tests.bench;

import arignote.tests.bench.contest.Case;
import arignote.tests.bench.contest.Contender;
import arignote.tests.bench.contest.Work;
import arignote.tests.bench.contest.Worker;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// What memory gives, as a contender: reads and writes as many bytes as a case that memory bounds,
/// by copying. Taking turns with the others it meets the same phases of the machine.
final class Copying implements Contender {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /// Parts begin, and the last ends, at multiples of it.
  private static final long GRAIN = 64;

  /// How to copy; which is faster depends on the size and on the machine.
  enum Way {
    /// By `MemorySegment`, which bypasses the caches when there is much to copy.
    SEGMENT {
      @Override
      void copy(MemorySegment from, MemorySegment to) {
        to.copyFrom(from);
      }
    },
    /// By the vectors that kernels are made of.
    VECTORS {
      @Override
      void copy(MemorySegment from, MemorySegment to) {
        ByteOrder order = ByteOrder.nativeOrder();
        for (long i = 0; i < from.byteSize(); i += SPECIES.vectorByteSize()) {
          FloatVector.fromMemorySegment(SPECIES, from, i, order).intoMemorySegment(to, i, order);
        }
      }
    };

    abstract void copy(MemorySegment from, MemorySegment to);

    String label() {
      return "copy by " + name().toLowerCase(Locale.ROOT);
    }
  }

  private final Way way;
  private final int threads;

  Copying(Way way, int threads) {
    this.way = way;
    this.threads = threads;
  }

  public static void main(String[] arguments) throws IOException {
    Way way = Way.valueOf(System.getProperty("copy"));
    Worker.serve(new Copying(way, Integer.getInteger("threads")));
  }

  @Override
  public String description() {
    return "Java %s, %d threads".formatted(Runtime.version(), threads);
  }

  /// Nothing for cases that memory does not bound.
  @Override
  public Optional<Work> prepare(Case subject) {
    return subject.isBoundByMemory()
        ? Optional.of(new Copy(way, (long) subject.bytes(), threads))
        : Optional.empty();
  }

  /// A copy whose reads and writes are some bytes together. Each thread has a part of its own; all
  /// but the caller's wait awake for a while, since the next copy usually follows at once.
  private static final class Copy implements Work {
    private static final int SPINS = 2000;

    private final Way way;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment from;
    private final MemorySegment to;
    private final int parts;
    private final List<Helper> helpers = new ArrayList<>();

    Copy(Way way, long moved, int threads) {
      this.way = way;
      this.parts = threads;
      long bytes = moved / 2 / GRAIN * GRAIN;
      from = arena.allocate(bytes, GRAIN).fill((byte) 1);
      to = arena.allocate(bytes, GRAIN);
      for (int part = 1; part < parts; part++) {
        helpers.add(new Helper(part));
      }
    }

    @Override
    public void run() {
      helpers.forEach(helper -> helper.due.release());
      copy(0);
      helpers.forEach(helper -> await(helper.done));
    }

    private void copy(int part) {
      long start = start(part);
      long length = start(part + 1) - start;
      way.copy(from.asSlice(start, length), to.asSlice(start, length));
    }

    private long start(int part) {
      return from.byteSize() / GRAIN * part / parts * GRAIN;
    }

    private static void await(Semaphore semaphore) {
      for (int spins = 0; spins < SPINS; spins++) {
        if (semaphore.tryAcquire()) {
          return;
        }
        Thread.onSpinWait();
      }
      semaphore.acquireUninterruptibly();
    }

    private final class Helper implements Runnable {
      private final Semaphore due = new Semaphore(0);
      private final Semaphore done = new Semaphore(0);
      private final int part;
      private final Thread thread;
      private volatile boolean closed;

      Helper(int part) {
        this.part = part;
        this.thread = Thread.ofPlatform().daemon().unstarted(this);
        thread.start();
      }

      @Override
      public void run() {
        for (await(due); !closed; await(due)) {
          copy(part);
          done.release();
        }
      }

      void close() {
        closed = true;
        due.release();
        try {
          thread.join();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }

    /// How many bytes are the same in both places: all.
    @Override
    public double[] figures() {
      run();
      long mismatch = from.mismatch(to);
      return new double[] {mismatch < 0 ? from.byteSize() : mismatch};
    }

    @Override
    public void close() {
      helpers.forEach(Helper::close);
      arena.close();
    }
  }
}
