package arignote.backend.cpu;

import arignote.backend.cpu.kernel.Loop;
import arignote.backend.cpu.kernel.Step;
import arignote.ir.op.BinaryFn;

/// How much work is worth a thread of its own: some 20 microseconds, what it takes to wake one.
final class Grain {
  /// Elements of a loop that only moves them.
  static final long ELEMENTS = 32 * 1024;

  private static final int FREE = 8;

  private Grain() {}

  /// The number of elements of a loop that is worth a thread.
  static long of(Loop loop) {
    long cost = 1;
    for (Step step : loop.steps()) {
      cost +=
          switch (step) {
            case Step.Unary _ -> 4;
            case Step.Binary binary ->
                binary.fn() == BinaryFn.POW || binary.fn() == BinaryFn.DIV ? 4 : 1;
            case Step.Literal _,
                Step.Compare _,
                Step.Select _,
                Step.Cast _,
                Step.Fma _,
                Step.Bits _,
                Step.Shift _ ->
                1;
          };
    }
    return Math.max(ELEMENTS / 8, ELEMENTS * FREE / Math.max(FREE, cost));
  }

  /// How many threads should share work of so many elements, which can be divided into units.
  static int parts(long elements, long units, int threads) {
    return (int) Math.max(1, Math.min(Math.min(threads, units), elements / ELEMENTS));
  }
}
