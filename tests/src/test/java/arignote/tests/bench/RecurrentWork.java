package arignote.tests.bench;

import static arignote.autodiff.Gradients.grad;
import static arignote.autodiff.optim.Optimisers.adadelta;
import static arignote.autodiff.optim.Optimisers.rmsprop;

import arignote.dsl.Trees;
import arignote.dsl.Values;
import arignote.examples.imdb.LstmModel;
import arignote.examples.imdb.LstmModel.Affine;
import arignote.examples.imdb.LstmModel.Gate;
import arignote.examples.imdb.LstmModel.Params;
import arignote.ir.Shared;
import arignote.ir.Variable;
import arignote.runtime.Function;
import arignote.runtime.FunctionBuilder;
import arignote.runtime.Results;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import arignote.tests.bench.contest.Numbers;
import arignote.tests.bench.contest.Recurrent;
import arignote.tests.bench.contest.Recurrent.Parameters;
import arignote.tests.bench.contest.Work;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The tutorial's model as the tutorial writes it.
final class RecurrentWork implements Work {
  private final HostTensor[] minibatch;
  private final Function function;
  private final Map<String, Shared> kept = new LinkedHashMap<>();

  RecurrentWork(Recurrent subject) {
    int t = subject.steps();
    int b = subject.batch();
    minibatch =
        new HostTensor[] {
          HostTensor.of(subject.tokens(), t, b),
          HostTensor.of(subject.mask(), t, b),
          HostTensor.of(subject.labels(), b)
        };
    Params params = share(subject.parameters(), subject.units());
    LstmModel model = LstmModel.of(params, 0, Optional.empty());
    Params gradients = grad(model.cost(), params);
    FunctionBuilder builder =
        Function.compile()
            .inputs(model.tokens(), model.mask(), model.labels())
            .outputs(model.cost());
    switch (subject.part()) {
      case GRADIENTS -> keep(gradients, builder);
      case RETURNED -> builder.outputs(gradients);
      case RMSPROP -> builder.updates(rmsprop(params, gradients));
      case ADADELTA -> builder.updates(adadelta(params, gradients));
    }
    function = builder.build(subject.name());
  }

  private static Params share(Parameters values, int units) {
    List<Gate> gates = new ArrayList<>();
    for (Recurrent.Gate gate : values.gates()) {
      gates.add(
          new Gate(
              shared(gate.w(), units, units), shared(gate.u(), units, units), shared(gate.b(), units)));
    }
    return new Params(
        shared(values.embedding(), Recurrent.WORDS, units),
        gates.get(0),
        gates.get(1),
        gates.get(2),
        gates.get(3),
        new Affine(shared(values.headW(), units, 2), shared(values.headB(), 2)));
  }

  private static Shared shared(float[] values, long... shape) {
    return Values.shared("parameter", HostTensor.of(values, shape));
  }

  /// Gradients go where the last call's were, as torch's do.
  private void keep(Params gradients, FunctionBuilder builder) {
    Trees.leaves(gradients)
        .forEach((path, gradient) -> {
          Shared shared = Values.shared(path, zeros(gradient));
          kept.put(path, shared);
          builder.update(shared, gradient);
        });
  }

  private static HostTensor zeros(Variable like) {
    return HostTensor.zeros(
        DType.F32, like.type().shape().stream().mapToLong(dim -> dim.constant().orElseThrow()).toArray());
  }

  @Override
  public void run() {
    var unused = function.call(minibatch);
  }

  @Override
  public double[] figures() {
    Results results = function.call(minibatch);
    List<float[]> gradients = new ArrayList<>();
    kept.values().forEach(shared -> gradients.add(shared.get().toFloatArray()));
    results.values().stream().skip(1).map(HostTensor::toFloatArray).forEach(gradients::add);
    double loss = results.get(0).item();
    return gradients.isEmpty()
        ? new double[] {loss}
        : new double[] {loss, Numbers.norm(gradients)};
  }

  @Override
  public void close() {}
}
