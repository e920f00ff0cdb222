package arignote.peers.djl;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
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

/// DJL's PyTorch engine as a contender.
final class Djl implements Contender {
  private Djl() {}

  public static void main(String[] arguments) throws IOException {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.pytorch.num_threads", System.getProperty("threads"));
    Worker.serve(new Djl());
  }

  @Override
  public String description() {
    Engine engine = Engine.getInstance();
    return "DJL %s, libtorch %s (MKL, oneDNN), %d threads"
        .formatted(Engine.getDjlVersion(), engine.getVersion(), JniUtils.getNumThreads());
  }

  /// Its PyTorch engine has plain gradient descent and Adam only.
  @Override
  public Optional<Work> prepare(Case subject) {
    return switch (subject) {
      case Recurrent recurrent ->
          switch (recurrent.part()) {
            case GRADIENTS, RETURNED -> Optional.of(new RecurrentWork(recurrent));
            case RMSPROP, ADADELTA -> Optional.empty();
          };
      case Evaluation evaluation -> Optional.of(new EvaluationWork(evaluation));
      case Perceptron perceptron -> Optional.of(new PerceptronWork(perceptron));
      case Chain chain -> Optional.of(KernelWork.of(chain));
      case Softmax softmax -> Optional.of(KernelWork.of(softmax));
      case Embedding _ -> Optional.empty();
      case Product product -> Optional.of(KernelWork.of(product));
      case Trivial trivial -> Optional.of(KernelWork.of(trivial));
    };
  }
}
