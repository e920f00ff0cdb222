package arignote.tests.bench;

import arignote.tests.bench.contest.Case;
import arignote.tests.bench.contest.Contender;
import arignote.tests.bench.contest.Recurrent;
import arignote.tests.bench.contest.Work;
import arignote.tests.bench.contest.Worker;
import java.io.IOException;
import java.util.Optional;

/// Arignote as a contender.
final class OwnContender implements Contender {
  private OwnContender() {}

  public static void main(String[] arguments) throws IOException {
    Worker.serve(new OwnContender());
  }

  @Override
  public String description() {
    return "arignote, Java %s, %s threads"
        .formatted(Runtime.version(), System.getProperty("threads"));
  }

  @Override
  public Optional<Work> prepare(Case subject) {
    return switch (subject) {
      case Recurrent recurrent -> Optional.of(new RecurrentWork(recurrent));
    };
  }
}
