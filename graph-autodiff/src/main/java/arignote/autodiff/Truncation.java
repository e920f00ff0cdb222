package arignote.autodiff;

import arignote.dsl.Conditional;
import arignote.dsl.Loop;
import arignote.dsl.Maths;
import arignote.dsl.Scanned;
import arignote.dsl.Shapes;
import arignote.dsl.Trees;
import arignote.dsl.Values;
import arignote.ir.Dim;
import arignote.ir.Site;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;

/// Truncated back-propagation through time.
public final class Truncation {
  private Truncation() {}

  /// @param live whether the step is one of the loop's
  private record Gated<X>(X element, Variable live) {}

  /// A loop over sequences that has the gradient of its last steps only: nothing comes back to the
  /// steps before them, nor to the initial state. Theano's `truncate_gradient`. A loop that is not
  /// longer has its whole gradient.
  ///
  /// The steps before them are a loop of their own, which keeps nothing and is not gone through
  /// again. If the number of steps is a symbol, a call with less than `last` steps runs some more,
  /// on zeros, whose results nothing depends on.
  ///
  /// @param last how many steps have a gradient, at least 1
  /// @throws TypeException if `last` is not positive, or as [Loop#scan] does
  public static <X, S> Scanned<S> scan(int last, X sequences, S initial, BiFunction<X, S, S> step) {
    if (last < 1) {
      throw new TypeException("truncated scan: at least 1 step must have a gradient, found " + last)
          .at(Site.current());
    }
    // For its checks: all sequences are of one length.
    Loop.over(sequences);
    Dim steps = Trees.variables(sequences).getFirst().type().dim(0);
    if (steps.constant().isEmpty()) {
      return anyLength(last, steps, sequences, initial, step);
    }
    long before = steps.constant().getAsLong() - last;
    return before <= 0
        ? Loop.scan(sequences, initial, step)
        : split(before, steps, sequences, initial, step);
  }

  private static <X, S> Scanned<S> split(
      long before, Dim steps, X sequences, S initial, BiFunction<X, S, S> step) {
    X first = Trees.map(sequences, (_, x) -> x.slice(0, 0, before));
    X second = Trees.map(sequences, (_, x) -> x.slice(0, before, steps));
    Scanned<S> start = Loop.scan(first, initial, step);
    Scanned<S> end =
        Loop.scan(second, Trees.map(start.last(), (_, x) -> Gradients.stopGradient(x)), step);
    S stopped = Trees.map(start.history(), (_, x) -> Gradients.stopGradient(x));
    return new Scanned<>(end.last(), join(stopped, end.history()));
  }

  /// The last steps are a loop of known length over the ends of the sequences, zeros before them in
  /// case they are shorter, where steps keep the state; a conditional runs the steps before.
  private static <X, S> Scanned<S> anyLength(
      int last, Dim steps, X sequences, S initial, BiFunction<X, S, S> step) {
    Variable isLonger = Values.size(steps).gt(last);
    Scanned<S> start =
        Conditional.cond(
            isLonger,
            () -> start(last, steps, sequences, initial, step),
            () -> new Scanned<>(initial, Trees.map(initial, (_, x) -> noHistory(steps, x))));
    S stopped = Trees.map(start.last(), (_, x) -> Gradients.stopGradient(x));
    X window =
        Trees.map(sequences, (_, x) -> Shapes.pad(x, 0, last, 0).slice(0, steps, steps.plus(last)));
    Scanned<S> end =
        Loop.scan(
            new Gated<>(window, Values.iota(last).add(Values.size(steps)).ge(last)),
            select(isLonger, stopped, initial),
            (in, state) -> select(in.live, step.apply(in.element, state), state));
    S history =
        join(Trees.map(start.history(), (_, x) -> Gradients.stopGradient(x)), end.history());
    return new Scanned<>(
        end.last(), Trees.map(history, (_, x) -> x.slice(0, last, steps.plus(last))));
  }

  /// All but the last steps, and as many rows of no meaning before their history, which is as long
  /// as that of all steps so.
  private static <X, S> Scanned<S> start(
      int last, Dim steps, X sequences, S initial, BiFunction<X, S, S> step) {
    X first = Trees.map(sequences, (_, x) -> x.slice(0, 0, steps.minus(last)));
    Scanned<S> start = Loop.scan(first, initial, step);
    S none = Trees.map(initial, (_, x) -> noHistory(Dim.of(last), x));
    return new Scanned<>(start.last(), join(none, start.history()));
  }

  private static Variable noHistory(Dim steps, Variable x) {
    return Ops.zeros(x.type().stacked(steps));
  }

  /// Histories, one behind the other.
  private static <S> S join(S first, S second) {
    return zip(first, second, (one, other) -> Shapes.concat(0, one, other));
  }

  private static <S> S select(Variable predicate, S then, S otherwise) {
    return zip(
        then,
        otherwise,
        (one, other) -> {
          List<Dim> ones = Collections.nCopies(one.type().rank(), Dim.of(1));
          Variable everywhere = Ops.broadcast(Ops.reshape(predicate, ones), one.type().shape());
          return Maths.select(everywhere, one, other);
        });
  }

  private static <S> S zip(S first, S second, BinaryOperator<Variable> together) {
    List<Variable> made = new ArrayList<>();
    List<Variable> others = Trees.variables(second);
    for (Variable variable : Trees.variables(first)) {
      made.add(together.apply(variable, others.get(made.size())));
    }
    return Trees.rebuild(first, made);
  }
}
