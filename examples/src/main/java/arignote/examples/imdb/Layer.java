package arignote.examples.imdb;

import static arignote.dsl.Loop.scan;
import static arignote.dsl.Maths.select;
import static arignote.dsl.Values.zeros;

import arignote.dsl.Trees;
import arignote.ir.Dim;
import arignote.ir.Variable;
import java.util.Map;
import java.util.Objects;

/// What goes over the words of a review, one step each. Its parameters are the components of the
/// record.
///
/// @param <S> what it carries from step to step, a tree of variables of one type
public sealed interface Layer<S> permits Lstm, PeepholeLstm, Gru, Rnn {
  /// What comes before the first word.
  S start(Variable zero);

  /// One word further.
  ///
  /// @param x `[B,D]`, the embeddings of the words
  S step(Variable x, S state);

  /// The part of a state that the rest of the model sees.
  Variable hidden(S state);

  /// A word and whether it is one, for each review.
  record Step(Variable x, Variable mask) {}

  /// The hidden states of all steps, `[T,B,D]`. A review that has ended keeps its state.
  ///
  /// @param x `[T,B,D]`
  /// @param mask `[T,B]`, 1 for words, 0 behind the end
  default Variable run(Variable x, Variable mask) {
    Dim batch = x.type().dim(1);
    Dim units = x.type().dim(2);
    S start = start(zeros(x.type().dtype(), batch, units));
    return hidden(
        scan(
                new Step(x, mask),
                start,
                (in, state) -> chosen(in.mask().gt(0).expandDims(1), step(in.x(), state), state))
            .history());
  }

  private static <S> S chosen(Variable live, S next, S before) {
    Map<String, Variable> old = Trees.leaves(before);
    return Trees.map(
        next, (path, variable) -> select(live, variable, Objects.requireNonNull(old.get(path))));
  }
}
