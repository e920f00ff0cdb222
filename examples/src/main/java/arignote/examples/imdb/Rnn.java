package arignote.examples.imdb;

import static arignote.dsl.Maths.tanh;

import arignote.examples.imdb.LstmModel.Gate;
import arignote.ir.Variable;

/// The simple recurrent network, `h <- tanh(x W + h U + b)`: what the LSTM is to be better than.
public record Rnn(Gate gate) implements Layer<Variable> {
  @Override
  public Variable start(Variable zero) {
    return zero;
  }

  @Override
  public Variable step(Variable x, Variable h) {
    return tanh(gate.apply(x, h));
  }

  @Override
  public Variable hidden(Variable state) {
    return state;
  }
}
