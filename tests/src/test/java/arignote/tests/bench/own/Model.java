package arignote.tests.bench.own;

import arignote.dsl.Values;
import arignote.examples.imdb.LstmModel;
import arignote.ir.Input;
import arignote.ir.Shared;
import arignote.ir.Variable;
import arignote.tensor.HostTensor;
import arignote.tests.bench.contest.Cell;
import arignote.tests.bench.contest.Minibatch;
import arignote.tests.bench.contest.Parameters;
import java.util.List;
import java.util.Optional;

/// The tutorial's model with either recurrent layer.
///
/// @param parameters a tree of shared variables
record Model(
    Input tokens,
    Input mask,
    Input labels,
    Record parameters,
    Variable cost,
    Variable probabilities) {

  static Model of(Cell cell, Parameters values, int units) {
    return switch (cell) {
      case LSTM -> lstm(values, units);
      case GRU -> GruModel.of(values, units);
    };
  }

  /// As the tutorial writes it, its four gates apart.
  private static Model lstm(Parameters values, int units) {
    List<LstmModel.Gate> gates =
        values.gates().stream()
            .map(gate ->
                new LstmModel.Gate(
                    shared(gate.w(), units, units),
                    shared(gate.u(), units, units),
                    shared(gate.b(), units)))
            .toList();
    LstmModel.Params params =
        new LstmModel.Params(
            shared(values.embedding(), Parameters.WORDS, units),
            gates.get(0),
            gates.get(1),
            gates.get(2),
            gates.get(3),
            new LstmModel.Affine(
                shared(values.headW(), units, Parameters.LABELS),
                shared(values.headB(), Parameters.LABELS)));
    LstmModel model = LstmModel.of(params, 0, Optional.empty());
    return new Model(
        model.tokens(), model.mask(), model.labels(), params, model.cost(), model.probabilities());
  }

  static Shared shared(float[] values, long... shape) {
    return Values.shared("parameter", HostTensor.of(values, shape));
  }

  /// Tokens, mask and labels.
  static HostTensor[] arguments(Minibatch minibatch) {
    int steps = minibatch.steps();
    int rows = minibatch.rows();
    return new HostTensor[] {
      HostTensor.of(minibatch.tokens(), steps, rows),
      HostTensor.of(minibatch.mask(), steps, rows),
      HostTensor.of(minibatch.labels(), rows)
    };
  }
}
