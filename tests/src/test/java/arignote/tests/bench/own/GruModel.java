package arignote.tests.bench.own;

import static arignote.dsl.Loop.scan;
import static arignote.dsl.Maths.select;
import static arignote.dsl.Maths.sigmoid;
import static arignote.dsl.Maths.sub;
import static arignote.dsl.Maths.sum;
import static arignote.dsl.Maths.tanh;
import static arignote.dsl.Values.input;
import static arignote.dsl.Values.zeros;

import arignote.dsl.Nn;
import arignote.dsl.Shapes;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.tensor.DType;
import arignote.tests.bench.contest.Parameters;
import java.util.List;

/// The tutorial's model with gated recurrent units in the place of its LSTM.
final class GruModel {
  private record Gate(Variable w, Variable u, Variable b) {
    Variable apply(Variable x, Variable h) {
      return x.dot(w).add(h.dot(u)).add(b);
    }
  }

  private record Params(
      Variable embedding,
      Gate reset,
      Gate update,
      Gate candidate,
      Variable headW,
      Variable headB) {}

  private record Step(Variable x, Variable mask) {}

  private GruModel() {}

  static Model of(Parameters values, int units) {
    List<Gate> gates =
        values.gates().stream()
            .map(gate ->
                new Gate(
                    Model.shared(gate.w(), units, units),
                    Model.shared(gate.u(), units, units),
                    Model.shared(gate.b(), units)))
            .toList();
    Params p =
        new Params(
            Model.shared(values.embedding(), Parameters.WORDS, units),
            gates.get(0),
            gates.get(1),
            gates.get(2),
            Model.shared(values.headW(), units, Parameters.LABELS),
            Model.shared(values.headB(), Parameters.LABELS));
    Input tokens = input("tokens", DType.I64, "T", "B");
    Input mask = input("mask", DType.F32, "T", "B");
    Input labels = input("labels", DType.I64, "B");
    Variable x = Shapes.take(p.embedding, tokens, 0);
    Variable h =
        scan(
                new Step(x, mask),
                zeros(DType.F32, tokens.type().dim(1), units),
                (in, state) -> step(p, in, state))
            .history();
    Variable pooled = sum(h.mul(mask.expandDims(2)), 0).div(sum(mask, 0).expandDims(1));
    Variable logits = pooled.dot(p.headW).add(p.headB);
    Variable cost = Nn.crossEntropyOfLogits(logits, labels);
    return new Model(tokens, mask, labels, p, cost, Nn.softmax(logits, 1));
  }

  private static Variable step(Params p, Step in, Variable h) {
    Variable reset = sigmoid(p.reset.apply(in.x, h));
    Variable update = sigmoid(p.update.apply(in.x, h));
    Gate gate = p.candidate;
    Variable candidate = tanh(in.x.dot(gate.w).add(gate.b).add(reset.mul(h.dot(gate.u))));
    Variable next = sub(1, update).mul(candidate).add(update.mul(h));
    return select(in.mask.gt(0).expandDims(1), next, h);
  }
}
