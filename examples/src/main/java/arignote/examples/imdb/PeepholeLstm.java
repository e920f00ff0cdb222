package arignote.examples.imdb;

import static arignote.dsl.Maths.sigmoid;
import static arignote.dsl.Maths.tanh;

import arignote.examples.imdb.LstmModel.Gate;
import arignote.ir.Variable;

/// The LSTM of the tutorial's text, whose output gate sees the new cell (its equation 5): `o =
/// sigmoid(x W + h U + c V + b)`.
///
/// @param v `[D,D]`
public record PeepholeLstm(Gate input, Gate forget, Gate output, Gate cell, Variable v)
    implements Layer<Lstm.State> {
  @Override
  public Lstm.State start(Variable zero) {
    return new Lstm.State(zero, zero);
  }

  @Override
  public Lstm.State step(Variable x, Lstm.State s) {
    Variable i = sigmoid(input.apply(x, s.h()));
    Variable f = sigmoid(forget.apply(x, s.h()));
    Variable g = tanh(cell.apply(x, s.h()));
    Variable c = f.mul(s.c()).add(i.mul(g));
    Variable o = sigmoid(output.apply(x, s.h()).add(c.dot(v)));
    return new Lstm.State(o.mul(tanh(c)), c);
  }

  @Override
  public Variable hidden(Lstm.State state) {
    return state.h();
  }
}
