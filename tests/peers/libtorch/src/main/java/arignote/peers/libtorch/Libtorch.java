package arignote.peers.libtorch;

import arignote.tests.bench.contest.Case;
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
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.global.torch;

/// libtorch as a contender.
final class Libtorch implements Contender {
  private static final int THREADS = Integer.getInteger("threads");
  private static final Pattern VERSION = Pattern.compile("TORCH_VERSION=([0-9.]+)");

  private Libtorch() {}

  public static void main(String[] arguments) throws IOException {
    torch.set_num_threads(THREADS);
    Worker.serve(new Libtorch());
  }

  @Override
  public String description() {
    try (BytePointer config = torch.show_config()) {
      Matcher version = VERSION.matcher(config.getString());
      return "libtorch %s (oneDNN, OpenBLAS on 1 or all threads) by JavaCPP, %d threads"
          .formatted(version.find() ? version.group(1) : "?", torch.get_num_threads());
    }
  }

  @Override
  public Optional<Work> prepare(Case subject) {
    return Optional.of(BlasThreads.faster(() -> work(subject), THREADS));
  }

  private static Work work(Case subject) {
    return switch (subject) {
      case Recurrent recurrent -> new RecurrentWork(recurrent);
      case Evaluation evaluation -> new EvaluationWork(evaluation);
      case Perceptron perceptron -> new PerceptronWork(perceptron);
      case Chain chain -> KernelWork.of(chain);
      case Softmax softmax -> KernelWork.of(softmax);
      case Embedding embedding -> KernelWork.of(embedding);
      case Product product -> KernelWork.of(product);
      case Trivial trivial -> KernelWork.of(trivial);
    };
  }
}
