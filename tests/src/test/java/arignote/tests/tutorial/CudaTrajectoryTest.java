package arignote.tests.tutorial;

import arignote.runtime.Mode;
import arignote.tests.cuda.StandIn;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// [TutorialTrajectoryTest] on the GPU.
final class CudaTrajectoryTest {
  private final TutorialTrajectoryTest test = new TutorialTrajectoryTest();

  @BeforeAll
  static void prepare() {
    StandIn.prepare();
    System.setProperty("device", "gpu");
  }

  @AfterAll
  static void restore() {
    System.clearProperty("device");
  }

  private static List<Recording> recordings() {
    return Stream.concat(
            Stream.of(Recording.ofResource("lstm_tiny_float64")),
            Recording.ofFolder(System.getProperty("golden", "")).stream())
        .toList();
  }

  private static Stream<Arguments> runs() {
    return recordings().stream()
        .flatMap(
            recording -> recording.runs().stream().map(run -> Arguments.arguments(recording, run)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("recordings")
  void firstBatch(Recording recording) {
    test.firstBatch(recording, Mode.FAST_RUN);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("runs")
  void trajectory(Recording recording, Recording.Run run) {
    test.trajectory(recording, run, Mode.FAST_RUN);
  }
}
