package arignote.autodiff;

import arignote.dsl.Loop;
import arignote.dsl.Trees;
import arignote.ir.Apply;
import arignote.ir.Closure;
import arignote.ir.Dim;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Site;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/// Gradients that compute again what they would otherwise have to keep: more time for less memory.
public final class Checkpoints {
  private Checkpoints() {}

  /// What `function` makes of arguments, none of whose intermediate values are kept for the
  /// gradient, which computes them again. What the lambda uses from outside of the arguments
  /// becomes an operand too.
  ///
  /// @param arguments a tree of variables (see [Trees])
  /// @return the tree that the function returns
  public static <A, R> R checkpoint(A arguments, Function<A, R> function) {
    List<Input> inputs = new ArrayList<>();
    A placeholders =
        Trees.map(
            arguments,
            (path, variable) -> {
              Input input = new Input(path.isEmpty() ? "x" : path, variable.type());
              inputs.add(input);
              return input;
            });
    R returned = function.apply(placeholders);
    List<Variable> outputs = Trees.variables(returned);
    if (outputs.isEmpty()) {
      throw new TypeException(
              "checkpoint: the function returns no variable, but a %s"
                  .formatted(returned.getClass().getName()))
          .at(Site.current());
    }
    Closure closure = Closure.of(inputs, outputs);
    List<Variable> operands = new ArrayList<>(Trees.variables(arguments));
    operands.addAll(closure.captured());
    List<Result> results = Apply.of(new Checkpoint(closure.graph()), operands).results();
    return Trees.rebuild(returned, results);
  }

  /// A loop over sequences whose gradient keeps the state every so many steps and computes the
  /// steps between again, one stretch at a time: for `T` steps memory for `T / every + every` of
  /// them in place of `T`, least where `every` is about the root of `T`. Theano's
  /// `scan_checkpoints`.
  ///
  /// The steps behind the last whole stretch run in a loop that keeps all.
  ///
  /// @return the state after the last step
  /// @throws TypeException if `every` is not positive, or as [Loop#scan] does
  public static <X, S> S scan(int every, X sequences, S initial, BiFunction<X, S, S> step) {
    if (every < 1) {
      throw new TypeException(
              "checkpoints: the number of steps between two must be at least 1, found " + every)
          .at(Site.current());
    }
    // For its checks: all sequences are of one length.
    Loop.over(sequences);
    Dim steps = Trees.variables(sequences).getFirst().type().dim(0);
    Dim stretches = steps.floorDiv(Dim.of(every));
    Dim whole = stretches.times(every);
    X inStretches = Trees.map(sequences, (_, x) -> stretches(x, whole, stretches, every));
    S state =
        Loop.scan(
                inStretches,
                initial,
                (stretch, before) ->
                    checkpoint(
                        new Stretch<>(stretch, before),
                        s -> Loop.scan(s.elements, s.state, step).last()))
            .last();
    if (steps.minus(whole).is(0)) {
      return state;
    }
    X rest = Trees.map(sequences, (_, x) -> x.slice(0, whole, steps));
    return Loop.scan(rest, state, step).last();
  }

  private record Stretch<X, S>(X elements, S state) {}

  private static Variable stretches(Variable x, Dim whole, Dim stretches, int every) {
    List<Dim> shape = new ArrayList<>(List.of(stretches, Dim.of(every)));
    shape.addAll(x.type().shape().subList(1, x.type().rank()));
    return Ops.reshape(x.slice(0, 0, whole), shape);
  }
}
