package arignote.peers.nd4j;

import arignote.tests.bench.contest.Case;
import arignote.tests.bench.contest.Cell;
import arignote.tests.bench.contest.Chain;
import arignote.tests.bench.contest.Contender;
import arignote.tests.bench.contest.Embedding;
import arignote.tests.bench.contest.Evaluation;
import arignote.tests.bench.contest.Perceptron;
import arignote.tests.bench.contest.Product;
import arignote.tests.bench.contest.Recurrent;
import arignote.tests.bench.contest.Softmax;
import arignote.tests.bench.contest.Trivial;
import arignote.tests.bench.contest.Work;
import arignote.tests.bench.contest.Worker;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.factory.Environment;
import org.nd4j.nativeblas.NativeOpsHolder;

/// ND4J as a contender.
final class Nd4j implements Contender {
  private Nd4j() {}

  public static void main(String[] arguments) throws IOException {
    int threads = Integer.getInteger("threads");
    Environment environment = org.nd4j.linalg.factory.Nd4j.getEnvironment();
    environment.setMaxThreads(threads);
    environment.setMaxMasterThreads(threads);
    Worker.serve(new Nd4j());
  }

  @Override
  public String description() {
    return "ND4J %s (OpenBLAS), %d threads"
        .formatted(
            version(), NativeOpsHolder.getInstance().getDeviceNativeOps().ompGetMaxThreads());
  }

  private static String version() {
    Properties properties = new Properties();
    try (InputStream pom =
        SameDiff.class.getResourceAsStream("/META-INF/maven/org.nd4j/nd4j-api/pom.properties")) {
      properties.load(Objects.requireNonNull(pom));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  /// Its RMSprop is neither centred nor has it momentum; its GRU is another one.
  @Override
  public Optional<Work> prepare(Case subject) {
    return switch (subject) {
      case Recurrent(Cell cell, _, _, _, _) when cell == Cell.GRU -> Optional.empty();
      case Recurrent recurrent ->
          switch (recurrent.part()) {
            case GRADIENTS, RETURNED, ADADELTA -> Optional.of(new RecurrentWork(recurrent));
            case RMSPROP -> Optional.empty();
          };
      case Evaluation evaluation -> Optional.of(new EvaluationWork(evaluation));
      case Perceptron perceptron -> Optional.of(new PerceptronWork(perceptron));
      case Chain chain -> Optional.of(KernelWork.of(chain));
      case Softmax softmax -> Optional.of(KernelWork.of(softmax));
      case Embedding embedding -> Optional.of(KernelWork.of(embedding));
      case Product product -> Optional.of(KernelWork.of(product));
      case Trivial trivial -> Optional.of(KernelWork.of(trivial));
    };
  }
}
