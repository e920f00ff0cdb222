package arignote.tests.bench.own;

import arignote.runtime.Function;
import arignote.tensor.HostTensor;
import arignote.tests.bench.contest.Cell;
import arignote.tests.bench.contest.Evaluation;
import arignote.tests.bench.contest.Minibatch;
import arignote.tests.bench.contest.Numbers;
import arignote.tests.bench.contest.Work;
import java.util.ArrayList;
import java.util.List;

/// The tutorial's model run over a test set.
final class EvaluationWork implements Work {
  private final List<HostTensor[]> batches = new ArrayList<>();
  private final Function function;

  EvaluationWork(Evaluation subject) {
    Model model = Model.of(Cell.LSTM, subject.parameters(), subject.units());
    for (Minibatch batch : subject.batches()) {
      HostTensor[] arguments = Model.arguments(batch);
      batches.add(new HostTensor[] {arguments[0], arguments[1]});
    }
    function =
        Function.compile()
            .inputs(model.tokens(), model.mask())
            .outputs(model.probabilities())
            .build(subject.name());
  }

  @Override
  public void run() {
    for (HostTensor[] batch : batches) {
      var _ = function.call(batch);
    }
  }

  @Override
  public double[] figures() {
    List<float[]> probabilities = new ArrayList<>();
    for (HostTensor[] batch : batches) {
      probabilities.add(function.call(batch).get(0).toFloatArray());
    }
    return new double[] {Numbers.norm(probabilities)};
  }

  @Override
  public void close() {}
}
