package arignote.runtime;

import arignote.dsl.Values;
import arignote.inspect.Profile;
import arignote.ir.Input;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/// What a device can do at most, found by having it do what it does best.
final class Machine {
  private static final long MATRIX = 512;
  private static final long LARGE = 8L << 20;
  private static final int TRIES = 12;

  private Machine() {}

  /// Measures a large product, and a long elementwise loop.
  static Profile.Roofline measure(CompileOptions of) {
    CompileOptions options =
        new CompileOptions(
            of.device(),
            Mode.FAST_RUN,
            of.without(),
            of.threads(),
            java.util.Optional.empty(),
            false);
    Input a = Values.input("a", DType.F32, MATRIX, MATRIX);
    Input b = Values.input("b", DType.F32, MATRIX, MATRIX);
    Function product =
        Function.compile().inputs(a, b).outputs(a.dot(b)).options(options).build("product");
    HostTensor matrix = HostTensor.zeros(DType.F32, MATRIX, MATRIX);
    double productSeconds = fastest(product, matrix, matrix);
    Input x = Values.input("x", DType.F32, LARGE);
    Function loop = Function.compile().inputs(x).outputs(x.add(1)).options(options).build("loop");
    double loopSeconds = fastest(loop, HostTensor.zeros(DType.F32, LARGE));
    return new Profile.Roofline(
        2.0 * MATRIX * MATRIX * MATRIX / productSeconds, 2.0 * 4 * LARGE / loopSeconds);
  }

  private static double fastest(Function function, HostTensor... arguments) {
    double fastest = Double.POSITIVE_INFINITY;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory =
          arena.allocate(function.memory(java.util.Map.of()).results(), HostTensor.ALIGNMENT);
      for (int i = 0; i < TRIES; i++) {
        long start = System.nanoTime();
        function.call(SegmentAllocator.slicingAllocator(memory), (Object[]) arguments);
        fastest = Math.min(fastest, (System.nanoTime() - start) / 1e9);
      }
    }
    return fastest;
  }
}
