package arignote.jmh;

import arignote.tests.bench.contest.Case;
import arignote.tests.bench.contest.Work;
import arignote.tests.bench.own.Arignote;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Cases of the comparison, Arignote alone: `-p name=...` takes others, `-prof gc` counts what a
/// call allocates.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsAppend = {
      "--add-modules=jdk.incubator.vector",
      "--enable-native-access=ALL-UNNAMED",
    })
public class CaseBenchmark {
  @Param({"trivial", "lstm-T100-B16-D128-gradients", "lstm-T100-B16-D128-adadelta"})
  private String name = "";

  private Optional<Work> work = Optional.empty();

  @Setup
  public void prepare() {
    Case subject = Case.named(name).orElseThrow();
    work = new Arignote().prepare(subject);
  }

  /// The call changes shared variables or returns tensors off the heap: the JVM cannot drop it.
  @Benchmark
  public void call() {
    work.orElseThrow().run();
  }

  @TearDown
  public void close() {
    work.ifPresent(Work::close);
  }
}
