package arignote.peers.libtorch;

import arignote.tests.bench.contest.Work;
import java.util.function.Supplier;
import org.bytedeco.openblas.global.openblas;

/// On how many threads libtorch's OpenBLAS runs. It has threads of its own, which wait by spinning
/// and are in the way of torch's: on 2 processors a small product on 2 threads can cost 40 times
/// one on 1, and a large one gains. Each case gets what is faster for it.
final class BlasThreads {
  private static final int TRIES = 8;

  private BlasThreads() {}

  /// Makes a case, with OpenBLAS set to the number of threads, 1 or `most`, that a trial was faster
  /// with.
  static Work faster(Supplier<Work> maker, int most) {
    long one = Long.MAX_VALUE;
    long all = Long.MAX_VALUE;
    try (Work trial = maker.get()) {
      for (int i = 0; i < TRIES; i++) {
        one = Math.min(one, nanos(trial, 1));
        all = Math.min(all, nanos(trial, most));
      }
    }
    openblas.blas_set_num_threads(one <= all ? 1 : most);
    return maker.get();
  }

  /// The faster of two calls.
  private static long nanos(Work work, int threads) {
    openblas.blas_set_num_threads(threads);
    long fastest = Long.MAX_VALUE;
    for (int i = 0; i < 2; i++) {
      long start = System.nanoTime();
      work.run();
      fastest = Math.min(fastest, System.nanoTime() - start);
    }
    return fastest;
  }
}
