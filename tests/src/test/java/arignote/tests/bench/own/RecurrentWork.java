package arignote.tests.bench.own;

import static arignote.autodiff.Gradients.grad;
import static arignote.autodiff.optim.Optimisers.adadelta;
import static arignote.autodiff.optim.Optimisers.rmsprop;

import arignote.dsl.Trees;
import arignote.runtime.Function;
import arignote.runtime.FunctionBuilder;
import arignote.runtime.Results;
import arignote.tensor.HostTensor;
import arignote.tests.bench.contest.Numbers;
import arignote.tests.bench.contest.Recurrent;
import arignote.tests.bench.contest.Recurrent.Part;
import arignote.tests.bench.contest.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A training step of the tutorial's model.
final class RecurrentWork implements Work {
  private final boolean trains;
  private final List<HostTensor[]> minibatches;
  private final Function function;
  private final Optional<Kept> kept;
  private int next;

  RecurrentWork(Recurrent subject) {
    Part part = subject.part();
    trains = part == Part.RMSPROP || part == Part.ADADELTA;
    minibatches = subject.minibatches().stream().map(Model::arguments).toList();
    Model model = Model.of(subject.cell(), subject.parameters(), subject.units());
    Object gradients = grad(model.cost(), model.parameters());
    FunctionBuilder builder =
        Function.compile()
            .inputs(model.tokens(), model.mask(), model.labels())
            .outputs(model.cost());
    kept =
        part == Part.GRADIENTS
            ? Optional.of(new Kept(builder, Trees.variables(gradients)))
            : Optional.empty();
    switch (part) {
      case GRADIENTS -> {}
      case RETURNED -> builder.outputs(gradients);
      case RMSPROP -> builder.updates(rmsprop(model.parameters(), gradients));
      case ADADELTA -> builder.updates(adadelta(model.parameters(), gradients));
    }
    function = builder.build(subject.name());
  }

  @Override
  public void run() {
    var _ = step();
  }

  private Results step() {
    HostTensor[] minibatch = minibatches.get(next);
    next = (next + 1) % minibatches.size();
    return function.call(minibatch);
  }

  @Override
  public double[] figures() {
    Results first = step();
    double loss = first.get(0).item();
    if (trains) {
      for (int i = 1; i < UPDATES; i++) {
        run();
      }
      next = 0;
      return new double[] {loss, step().get(0).item()};
    }
    List<float[]> gradients = new ArrayList<>();
    kept.ifPresent(places -> gradients.addAll(places.values()));
    first.values().stream().skip(1).map(HostTensor::toFloatArray).forEach(gradients::add);
    return new double[] {loss, Numbers.norm(gradients)};
  }

  @Override
  public void close() {}
}
