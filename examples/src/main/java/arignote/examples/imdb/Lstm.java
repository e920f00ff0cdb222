package arignote.examples.imdb;

import static arignote.dsl.Maths.sigmoid;
import static arignote.dsl.Maths.tanh;

import arignote.examples.imdb.LstmModel.Gate;
import arignote.ir.Variable;

/// The tutorial's LSTM, written the naive way, with its four gates apart. The output gate does not
/// see the new cell, so that all four could be one product, and are: the passes see to that.
public record Lstm(Gate input, Gate forget, Gate output, Gate cell) implements Layer<Lstm.State> {
  /// Hidden state and memory cell.
  public record State(Variable h, Variable c) {}

  @Override
  public State start(Variable zero) {
    return new State(zero, zero);
  }

  @Override
  public State step(Variable x, State s) {
    Variable i = sigmoid(input.apply(x, s.h()));
    Variable f = sigmoid(forget.apply(x, s.h()));
    Variable o = sigmoid(output.apply(x, s.h()));
    Variable g = tanh(cell.apply(x, s.h()));
    Variable c = f.mul(s.c()).add(i.mul(g));
    return new State(o.mul(tanh(c)), c);
  }

  @Override
  public Variable hidden(State state) {
    return state.h();
  }
}
