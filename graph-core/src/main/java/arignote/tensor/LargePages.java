package arignote.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// Memory for large tensors in pages of 2 MB, where Linux has them. Of small pages, an operating
/// system that clears each when it is first touched takes far longer over a large tensor than what
/// computes it: about 30 ms for 64 MB, against 4 ms.
///
/// Nothing is cleared before it is touched, so threads that write a tensor share that work.
final class LargePages {
  /// Smaller tensors do not fill pages.
  static final long SMALLEST = 4L << 20;

  private static final long PAGE = 2L << 20;
  private static final long READ_WRITE = 0x1 | 0x2;
  private static final long PRIVATE_ANONYMOUS = 0x02 | 0x20;
  private static final long HUGE_PAGE = 14;
  private static final long FAILED = -1;

  /// How long to wait for garbage to be collected, in milliseconds, doubling from one on.
  private static final int LONGEST_WAIT = 16;

  /// One type for all three functions, since the first call of each type costs some 15 ms. Where
  /// addresses have 64 bits, Linux passes an `int` as the lower half of what a `long` is passed in,
  /// and a function does not look at arguments that it does not have.
  private static final FunctionDescriptor INTEGERS =
      FunctionDescriptor.of(
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG);

  private static final Optional<LargePages> INSTANCE = link();

  private final MethodHandle map;
  private final MethodHandle unmap;
  private final MethodHandle advise;
  private final AtomicLong inUse = new AtomicLong();

  /// How much may be in use before garbage is looked for.
  private volatile long enough = Runtime.getRuntime().maxMemory() / 8;

  private LargePages(Linker linker, SymbolLookup c) {
    this.map = linker.downcallHandle(c.find("mmap").orElseThrow(), INTEGERS);
    this.unmap = linker.downcallHandle(c.find("munmap").orElseThrow(), INTEGERS);
    this.advise = linker.downcallHandle(c.find("madvise").orElseThrow(), INTEGERS);
  }

  private static Optional<LargePages> link() {
    boolean known =
        System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux")
            && ValueLayout.ADDRESS.byteSize() == 8;
    if (!known) {
      return Optional.empty();
    }
    try {
      Linker linker = Linker.nativeLinker();
      return Optional.of(new LargePages(linker, linker.defaultLookup()));
    } catch (RuntimeException e) {
      // Native access is forbidden, or this is another C library: small pages do as well.
      return Optional.empty();
    }
  }

  /// Memory of zeros that lives as long as an arena; empty where there are no large pages, or if
  /// they hold as much already as the JVM's heap may.
  static Optional<MemorySegment> allocate(Arena arena, long bytes) {
    return bytes < SMALLEST
        ? Optional.empty()
        : INSTANCE.flatMap(pages -> pages.allocateLarge(arena, bytes));
  }

  private Optional<MemorySegment> allocateLarge(Arena arena, long bytes) {
    // The last page is a large one too.
    long pages = Math.addExact(bytes, PAGE - 1) / PAGE * PAGE;
    long mapped = Math.addExact(pages, PAGE);
    if (!reserve(mapped)) {
      return Optional.empty();
    }
    long start = map(mapped);
    if (start == FAILED) {
      inUse.addAndGet(-mapped);
      return Optional.empty();
    }
    long aligned = (start + PAGE - 1) / PAGE * PAGE;
    try {
      // Where this is refused, pages are small, and all else is the same.
      long _ = (long) advise.invokeExact(aligned, pages, HUGE_PAGE, 0L, 0L, 0L);
      return Optional.of(
          MemorySegment.ofAddress(aligned).reinterpret(bytes, arena, _ -> release(start, mapped)));
    } catch (Throwable e) {
      release(start, mapped);
      throw unexpected(e);
    }
  }

  private long map(long bytes) {
    try {
      return (long) map.invokeExact(0L, bytes, READ_WRITE, PRIVATE_ANONYMOUS, -1L, 0L);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private void release(long start, long bytes) {
    try {
      long _ = (long) unmap.invokeExact(start, bytes, 0L, 0L, 0L, 0L);
    } catch (Throwable e) {
      throw unexpected(e);
    }
    inUse.addAndGet(-bytes);
  }

  /// What an arena that is closed throws goes through; the calls themselves throw nothing.
  private static RuntimeException unexpected(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return e instanceof RuntimeException known ? known : new IllegalStateException(e);
  }

  /// Counts memory that will be in use.
  ///
  /// The garbage collector does not know that tensors are large. So it is asked to look for some
  /// that are not needed any more whenever those in use have doubled since it last did: memory that
  /// has been used before is at hand, while systems have to look for more of it, which can take
  /// longer than all else.
  private boolean reserve(long bytes) {
    if (inUse.addAndGet(bytes) <= enough) {
      return true;
    }
    long most = Runtime.getRuntime().maxMemory();
    synchronized (this) {
      if (inUse.get() > enough) {
        collect();
        enough = Math.min(most, Math.max(most / 8, 2 * inUse.get()));
      }
    }
    if (inUse.get() <= most) {
      return true;
    }
    inUse.addAndGet(-bytes);
    return false;
  }

  /// Asks for a collection, and waits until what it found has been given back.
  private void collect() {
    System.gc();
    for (int wait = 1; wait <= LONGEST_WAIT && inUse.get() > enough; wait *= 2) {
      try {
        Thread.sleep(wait);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
