package arignote.tests.bench.own;

import arignote.runtime.Flags;
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

/// Arignote as a contender.
public final class Arignote implements Contender {
  public static void main(String[] arguments) throws IOException {
    Worker.serve(new Arignote());
  }

  @Override
  public String description() {
    return "Java %s, %d threads".formatted(Runtime.version(), Flags.current().options().threads());
  }

  @Override
  public Optional<Work> prepare(Case subject) {
    return Optional.of(
        switch (subject) {
          case Recurrent recurrent -> new RecurrentWork(recurrent);
          case Evaluation evaluation -> new EvaluationWork(evaluation);
          case Perceptron perceptron -> new PerceptronWork(perceptron);
          case Chain chain -> KernelWork.of(chain);
          case Softmax softmax -> KernelWork.of(softmax);
          case Embedding embedding -> KernelWork.of(embedding);
          case Product product -> KernelWork.of(product);
          case Trivial trivial -> KernelWork.of(trivial);
        });
  }
}
