package arignote.runtime;

import arignote.dsl.Values;
import arignote.inspect.Profile;
import arignote.ir.Shared;
import arignote.ir.Variable;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.LongToDoubleFunction;

/// What a device can do at most, found by having it do what it does best, with data that are there
/// already.
final class Machine {
  private static final long MATRIX = 512;
  private static final long LARGEST_MATRIX = 8192;
  private static final long VECTOR = 8L << 20;
  private static final long LARGEST_VECTOR = 128L << 20;
  private static final int TRIES = 12;

  /// What takes less is dominated by the call, and is tried with more work.
  private static final double ENOUGH_SECONDS = 1e-3;

  private final CompileOptions options;

  private Machine(CompileOptions options) {
    this.options = options;
  }

  /// Measures a large product, and a long elementwise loop.
  static Profile.Roofline measure(CompileOptions of) {
    Machine machine =
        new Machine(
            new CompileOptions(
                of.device(), Mode.FAST_RUN, of.without(), of.threads(), Optional.empty(), false));
    return new Profile.Roofline(
        machine.best(MATRIX, LARGEST_MATRIX, n -> 2.0 * n * n * n, machine::product),
        machine.best(VECTOR, LARGEST_VECTOR, n -> 2.0 * 4 * n, machine::loop));
  }

  /// How much work is done in a second.
  private double best(
      long size, long largest, LongToDoubleFunction work, LongFunction<Function> function) {
    double seconds = fastest(function.apply(size));
    return seconds >= ENOUGH_SECONDS || size >= largest
        ? work.applyAsDouble(size) / seconds
        : best(2 * size, largest, work, function);
  }

  private Function product(long n) {
    Shared a = zeros("a", n, n);
    Shared b = zeros("b", n, n);
    return update("product", zeros("c", n, n), a.dot(b));
  }

  private Function loop(long n) {
    return update("loop", zeros("y", n), zeros("x", n).add(1));
  }

  private static Shared zeros(String name, long... shape) {
    return Values.shared(name, HostTensor.zeros(DType.F32, shape));
  }

  private Function update(String name, Shared updated, Variable value) {
    return Function.compile().update(updated, value).options(options).build(name);
  }

  private static double fastest(Function function) {
    double fastest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < TRIES; i++) {
      long start = System.nanoTime();
      function.call();
      fastest = Math.min(fastest, (System.nanoTime() - start) / 1e9);
    }
    return fastest;
  }
}
