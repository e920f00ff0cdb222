package arignote.examples.imdb;

import static arignote.dsl.Maths.sigmoid;
import static arignote.dsl.Maths.sub;
import static arignote.dsl.Maths.tanh;

import arignote.examples.imdb.LstmModel.Gate;
import arignote.ir.Variable;

/// The gated recurrent unit (Cho et al.: Learning Phrase Representations using RNN Encoder-Decoder,
/// 2014):
///
///     r = sigmoid(x W_r + h U_r + b_r)         z = sigmoid(x W_z + h U_z + b_z)
///     g = tanh(x W + (r * h) U + b)            h <- z * h + (1 - z) * g
public record Gru(Gate reset, Gate update, Gate candidate) implements Layer<Variable> {
  @Override
  public Variable start(Variable zero) {
    return zero;
  }

  @Override
  public Variable step(Variable x, Variable h) {
    Variable r = sigmoid(reset.apply(x, h));
    Variable z = sigmoid(update.apply(x, h));
    Variable g = tanh(candidate.apply(x, r.mul(h)));
    return z.mul(h).add(sub(1, z).mul(g));
  }

  @Override
  public Variable hidden(Variable state) {
    return state;
  }
}
