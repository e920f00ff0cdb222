package arignote.autodiff;

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

/// Truncated back-propagation through time.
public final class Truncation {
  private Truncation() {}

  private record Numbered<X>(X element, Variable number) {}

  /// A loop over sequences that has the gradient of its last steps only: nothing comes back to the
  /// steps before them, nor to the initial state. Theano's `truncate_gradient`. A loop that is not
  /// longer has its whole gradient.
  ///
  /// Where the number of steps is known, the others are a loop of their own, which keeps nothing
  /// and is not gone through again; where it is a symbol, they get cotangents of zero.
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
      return gated(last, steps, sequences, initial, step);
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
    List<Variable> histories = new ArrayList<>();
    List<Variable> ends = Trees.variables(end.history());
    for (Variable history : Trees.variables(start.history())) {
      Variable stopped = Gradients.stopGradient(history);
      histories.add(Shapes.concat(0, stopped, ends.get(histories.size())));
    }
    return new Scanned<>(end.last(), Trees.rebuild(end.history(), histories));
  }

  private static <X, S> Scanned<S> gated(
      int last, Dim steps, X sequences, S initial, BiFunction<X, S, S> step) {
    Variable first = Values.size(steps).sub(last);
    return Loop.scan(
        new Numbered<>(sequences, Values.iota(steps)),
        initial,
        (in, state) -> {
          S next = step.apply(in.element, state);
          Variable counts = in.number.ge(first);
          return Trees.map(next, (_, x) -> x.type().dtype().isFloat() ? gate(counts, x) : x);
        });
  }

  /// The same value, with a gradient if `counts` holds.
  private static Variable gate(Variable counts, Variable x) {
    Variable everywhere =
        Ops.broadcast(
            Ops.reshape(counts, Collections.nCopies(x.type().rank(), Dim.of(1))), x.type().shape());
    return Maths.select(everywhere, x, Gradients.stopGradient(x));
  }
}
