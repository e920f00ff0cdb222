package arignote.backend.cpu.codegen;

/// A kernel in vectors that computes element by element until its vectors are fast.
///
/// Vector code is a hundred times slower than it will be until the JVM's best compiler is done with
/// it: every operation is a call that allocates its result. Code for elements is compiled within
/// milliseconds. Both give the same bits. So a new kernel computes elements one by one. Then it
/// computes most of them so and only a few in vectors, by which the JVM notices that the method is
/// used often; the vectors may take as much time as the elements have taken. Once the JVM must have
/// noticed, both are measured, and the kernel is warm when vectors have been faster several times
/// in a row: when the compiler is done. Of several rows two are computed at a time until then.
///
/// Several threads may run a kernel. What they count they may miscount: it decides how something is
/// computed, never what is computed.
abstract class VectorKernel implements Kernel {
  /// How old a kernel is before its vectors are tried at all, in nanoseconds: compiling them takes
  /// time from what else a program begins with.
  private static final long PATIENCE = 400_000_000;

  /// How many elements are computed before the next few vectors.
  private static final int PIECE = 512;

  /// Two, so that the compiler knows that the loop is one.
  private static final int FEW = 2;

  /// After so many calls the JVM has its best compiler compile a method:
  /// `Tier4InvocationThreshold`, and some more as it looks at the count only now and then.
  private static final int NOTICED = 6000;

  /// How many vectors are measured.
  private static final int MEASURED = 4;

  /// How often in a row vectors must be faster.
  private static final int WINS = 8;

  /// After so many pieces a kernel is warm in any case: where rows are tiny, or where vectors are
  /// no faster as they consist of calls for each element, it does not matter.
  private static final int MOST_PIECES = 50_000;

  private final int lanes;
  private final long born = System.nanoTime();
  private boolean warm;

  /// Whether vectors of a second row were computed while the compiler watched: what it has never
  /// seen it leaves out, and coming there would start everything anew.
  private boolean knowsRows;

  private int pieces;
  private int vectorCalls;
  private long vectorTime;
  private long elementTime;
  private int wins;

  VectorKernel(int lanes) {
    this.lanes = lanes;
  }

  /// Computes elements in whole vectors, in several rows.
  ///
  /// @param row of the first row, and stays so
  /// @param steps for each entry of `row` how far it is to that of the next row; not read if there
  ///   is one row
  abstract void loop(long[] row, int from, int to, long[] steps, int rows);

  /// Computes fewer elements than a vector has.
  abstract void tail(long[] row, int from, int to);

  /// Computes elements one by one.
  abstract void elements(long[] row, int from, int to);

  @Override
  public final void run(long[] row, int count) {
    if (!warm) {
      runCold(row, count, row, 1);
      return;
    }
    int whole = count & -lanes;
    if (whole > 0) {
      loop(row, 0, whole, row, 1);
    }
    if (whole < count) {
      tail(row, whole, count);
    }
  }

  @Override
  public final void run(long[] row, int count, long[] steps, int rows) {
    if (!warm) {
      for (int done = 0; done < rows; done += 2) {
        runCold(row, count, steps, Math.min(2, rows - done));
        Kernel.move(row, steps, 2);
      }
    } else if (knowsRows && count % lanes == 0) {
      loop(row, 0, count, steps, rows);
    } else {
      Kernel.super.run(row, count, steps, rows);
    }
  }

  /// @param rows one or two
  private void runCold(long[] row, int count, long[] steps, int rows) {
    for (int from = 0; from < count; from += PIECE) {
      int to = Math.min(from + PIECE, count);
      long start = System.nanoTime();
      if (start - born < PATIENCE) {
        elements(row, from, to, steps, rows);
        continue;
      }
      pieces++;
      int few = Math.min(FEW, (to - from) / lanes) * lanes;
      if (vectorCalls >= NOTICED && few > 0) {
        measure(row, from, to, steps, rows);
      } else if (vectorTime <= elementTime) {
        fewInVectors(row, from, from + few, to, steps, rows);
      } else {
        elements(row, from, to, steps, rows);
        elementTime += System.nanoTime() - start;
      }
    }
    warm |= pieces >= MOST_PIECES;
  }

  private void elements(long[] row, int from, int to, long[] steps, int rows) {
    elements(row, from, to);
    if (rows > 1) {
      Kernel.move(row, steps, 1);
      elements(row, from, to);
      Kernel.move(row, steps, -1);
    }
  }

  private void tail(long[] row, int from, int to, long[] steps, int rows) {
    tail(row, from, to);
    if (rows > 1) {
      Kernel.move(row, steps, 1);
      tail(row, from, to);
      Kernel.move(row, steps, -1);
    }
  }

  private void fewInVectors(long[] row, int from, int middle, int to, long[] steps, int rows) {
    int end = middle + ((to - middle) & -lanes);
    long start = System.nanoTime();
    if (from < middle) {
      knowsRows |= rows > 1;
      loop(row, from, middle, steps, rows);
    }
    if (end < to) {
      tail(row, end, to, steps, rows);
    }
    long between = System.nanoTime();
    if (middle < end) {
      elements(row, middle, end, steps, rows);
    }
    vectorTime += between - start;
    elementTime += System.nanoTime() - between;
    vectorCalls++;
  }

  /// Computes as many elements in vectors as one by one, then the others.
  private void measure(long[] row, int from, int to, long[] steps, int rows) {
    int measured = Math.min(MEASURED * lanes, (to - from) / 2 & -lanes);
    int second = from + measured;
    int rest = second + measured;
    if (measured == 0) {
      warm = true;
    } else {
      long start = System.nanoTime();
      loop(row, from, second, steps, rows);
      long between = System.nanoTime();
      elements(row, second, rest, steps, rows);
      wins = between - start < System.nanoTime() - between ? wins + 1 : 0;
      warm = wins >= WINS;
    }
    if (rest < to) {
      elements(row, rest, to, steps, rows);
    }
  }
}
