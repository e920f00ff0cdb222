package arignote.dsl;

import arignote.ir.Apply;
import arignote.ir.Closure;
import arignote.ir.Dim;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Site;
import arignote.ir.TensorType;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import arignote.ir.op.Scan;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/// Loops over steps, Theano's `scan`. States, sequences and outputs are trees of variables (see
/// [Trees]); what the step's lambda uses from outside is captured.
///
/// ```java
/// Scanned<State> run = scan(new Step(x, mask), new State(zero, zero), (in, s) -> step(in, s));
/// run.history().h();   // [T,B,D]
/// run.last().c();      // [B,D]
/// ```
///
/// @param <X> the tree of sequences; a step sees the same tree of elements
public final class Loop<X> {
  private static final ScopedValue<StepCounter> COUNTER = ScopedValue.newInstance();

  private final X sequences;
  private final Dim steps;
  private final boolean reverse;

  private Loop(X sequences, Dim steps, boolean reverse) {
    this.sequences = sequences;
    this.steps = steps;
    this.reverse = reverse;
  }

  /// A loop over the first axis of sequences, which must all be of one length.
  ///
  /// @throws TypeException if there is no sequence, one is a scalar, or the lengths differ
  public static <X> Loop<X> over(X sequences) {
    return ofTree(sequences);
  }

  /// A loop over one sequence, whose elements are variables, whatever kind of variable it is.
  ///
  /// @throws TypeException if it is a scalar
  public static Loop<Variable> over(Variable sequence) {
    return ofTree(sequence);
  }

  private static <X> Loop<X> ofTree(X sequences) {
    Dim steps = null;
    for (Map.Entry<String, Variable> leaf : Trees.leaves(sequences).entrySet()) {
      TensorType type = leaf.getValue().type();
      if (type.isScalar() || (steps != null && !type.dim(0).equals(steps))) {
        throw new TypeException(
                "scan: the sequence%s is %s, expected a first axis%s"
                    .formatted(
                        quoted(leaf.getKey()),
                        type,
                        steps == null
                            ? "; what is the same in each step need not be a sequence"
                            : " of length " + steps + "; slice the sequences to one length"))
            .naming(List.of(leaf.getValue()), Site.current())
            .at(Site.current());
      }
      steps = type.dim(0);
    }
    if (steps == null) {
      throw new TypeException(
              "scan: no sequence given; for a fixed number of steps use Loop.steps(n)")
          .at(Site.current());
    }
    return new Loop<>(sequences, steps, false);
  }

  /// A loop of a fixed number of steps, each of which sees its number, an `i64` scalar.
  ///
  /// @param steps a [Dim], a whole number or a name
  public static Loop<Variable> steps(Object steps) {
    return over(Values.iota(steps));
  }

  /// The same loop from the last element to the first; what step `i` outputs keeps the position of
  /// the element it saw.
  public Loop<X> reversed() {
    return new Loop<>(sequences, steps, !reverse);
  }

  /// Runs the steps, each returning the next state.
  ///
  /// @throws TypeException if a step returns a state of other types than it got
  public <S> Scanned<S> scan(S initial, BiFunction<X, S, S> step) {
    return scanTree(initial, step);
  }

  private <S> Scanned<S> scanTree(S initial, BiFunction<X, S, S> step) {
    Emission<S, S> run =
        emitTree(
            initial,
            (element, state) -> {
              S next = step.apply(element, state);
              return new Step<>(next, next);
            });
    return new Scanned<>(run.last(), run.stacked());
  }

  /// As the other `scan`, with a state that is one variable and may start as an [Input] or as
  /// another kind of variable that no step returns.
  ///
  /// @throws TypeException if a step returns a state of another type than it got
  public Scanned<Variable> scan(Variable initial, BiFunction<X, Variable, Variable> step) {
    return scanTree(initial, step);
  }

  /// Runs the steps, each returning the next state and an output.
  ///
  /// @throws TypeException if a step returns a state of other types than it got
  public <S, O> Emission<S, O> emit(S initial, BiFunction<X, S, Step<S, O>> step) {
    return emitTree(initial, step);
  }

  /// As the other `emit`, with a state that is one variable of any kind.
  ///
  /// @throws TypeException if a step returns a state of another type than it got
  public <O> Emission<Variable, O> emit(
      Variable initial, BiFunction<X, Variable, Step<Variable, O>> step) {
    return emitTree(initial, step);
  }

  private <S, O> Emission<S, O> emitTree(S initial, BiFunction<X, S, Step<S, O>> step) {
    Body<S, O> body = trace(initial, step);
    List<Variable> outputs = new ArrayList<>(Trees.variables(body.returned.next()));
    List<Variable> stacked = Trees.variables(body.returned.output());
    outputs.addAll(stacked);
    int sequenceCount = body.operands.size() - body.carries;
    Closure closure = Closure.of(body.inputs, outputs);
    Scan scan = new Scan(closure.graph(), sequenceCount, body.carries, steps, reverse);
    List<Variable> operands = new ArrayList<>(body.operands);
    operands.addAll(closure.captured());
    List<Result> results = Apply.of(scan, operands).results();
    return new Emission<>(
        Trees.rebuild(initial, results.subList(0, body.carries)),
        Trees.rebuild(body.returned.output(), results.subList(body.carries, results.size())));
  }

  /// What a step makes of each element, stacked.
  public <O> O map(Function<X, O> step) {
    return emit(List.<Variable>of(), (element, none) -> new Step<>(none, step.apply(element)))
        .stacked();
  }

  /// Runs the steps until one says that it is the last, each returning the next state and whether
  /// it is the last: Theano's `until`. No step behind it computes anything, here or in the
  /// gradient; on the CPU the loop ends there. What comes back to them as a gradient goes to the
  /// last state.
  ///
  /// @param step returns the next state and a bool scalar
  /// @throws TypeException if a step returns a state of other types than it got, or no bool scalar
  public <S> Stopped<S> until(S initial, BiFunction<X, S, Step<S, Variable>> step) {
    return untilTree(initial, step);
  }

  /// As the other `until`, with a state that is one variable of any kind.
  ///
  /// @param step returns the next state and a bool scalar
  /// @throws TypeException if a step returns a state of another type than it got, or no bool scalar
  public Stopped<Variable> until(
      Variable initial, BiFunction<X, Variable, Step<Variable, Variable>> step) {
    return untilTree(initial, step);
  }

  private <S> Stopped<S> untilTree(S initial, BiFunction<X, S, Step<S, Variable>> step) {
    Running<S> start =
        new Running<>(initial, Values.constant(DType.BOOL, 0), Values.constant(DType.I64, 0));
    Scanned<Running<S>> run =
        scan(
            start,
            (element, now) ->
                Conditional.cond(now.ended, () -> now, () -> now.next(initial, element, step)));
    return new Stopped<>(run.last().state, run.history().state, run.last().steps);
  }

  private record Running<S>(S state, Variable ended, Variable steps) {
    <X> Running<S> next(S initial, X element, BiFunction<X, S, Step<S, Variable>> step) {
      Step<S, Variable> made = step.apply(element, state);
      checkState(initial, made.next());
      if (!made.output().type().equals(TensorType.scalar(DType.BOOL))) {
        throw new TypeException(
                "scan: what until() ends at must be a scalar bool, the step returns %s; compare, or reduce with all() or any()"
                    .formatted(made.output().type()))
            .at(Site.current());
      }
      return new Running<>(made.next(), made.output(), steps.add(1));
    }
  }

  /// The state after the last step: Theano's `reduce` and `foldl`.
  public static <X, S> S foldl(X sequences, S initial, BiFunction<X, S, S> step) {
    return over(sequences).scan(initial, step).last();
  }

  /// As the other `foldl`, for one sequence and a state that is one variable, of any kind each.
  public static Variable foldl(
      Variable sequence, Variable initial, BiFunction<Variable, Variable, Variable> step) {
    return over(sequence).scan(initial, step).last();
  }

  /// As [#foldl], from the last element to the first.
  public static <X, S> S foldr(X sequences, S initial, BiFunction<X, S, S> step) {
    return over(sequences).reversed().scan(initial, step).last();
  }

  /// As the other `foldr`, for one sequence and a state that is one variable, of any kind each.
  public static Variable foldr(
      Variable sequence, Variable initial, BiFunction<Variable, Variable, Variable> step) {
    return over(sequence).reversed().scan(initial, step).last();
  }

  /// As [#foldl], under Theano's other name.
  public static <X, S> S reduce(X sequences, S initial, BiFunction<X, S, S> step) {
    return foldl(sequences, initial, step);
  }

  /// As the other `reduce`, for one sequence and a state that is one variable, of any kind each.
  public static Variable reduce(
      Variable sequence, Variable initial, BiFunction<Variable, Variable, Variable> step) {
    return foldl(sequence, initial, step);
  }

  /// What a function makes of each element, stacked: `Loop.over(sequences).map(...)`.
  public static <X, O> O map(X sequences, Function<X, O> step) {
    return over(sequences).map(step);
  }

  /// As the other `map`, for one sequence, which may be any kind of variable.
  public static <O> O map(Variable sequence, Function<Variable, O> step) {
    return over(sequence).map(step);
  }

  /// One call of the user's lambda.
  private record Body<S, O>(
      List<Input> inputs, List<Variable> operands, int carries, Step<S, O> returned) {}

  private <S, O> Body<S, O> trace(S initial, BiFunction<X, S, Step<S, O>> step) {
    List<Input> elements = new ArrayList<>();
    X element = placeholders(sequences, elements, TensorType::element);
    List<Input> carries = new ArrayList<>();
    S state = placeholders(initial, carries, Function.identity());
    StepCounter counter = new StepCounter(steps, stepNumber());
    Step<S, O> returned =
        ScopedValue.where(COUNTER, counter).call(() -> step.apply(element, state));
    checkState(initial, returned.next());
    List<Input> inputs = new ArrayList<>(elements);
    List<Variable> operands = new ArrayList<>(Trees.variables(sequences));
    counter.input.ifPresent(input -> {
      inputs.add(input);
      operands.add(Values.iota(steps));
    });
    inputs.addAll(carries);
    operands.addAll(Trees.variables(initial));
    return new Body<>(inputs, operands, carries.size(), returned);
  }

  private static <T> T placeholders(
      T tree, List<Input> inputs, Function<TensorType, TensorType> type) {
    return Trees.map(
        tree,
        (path, variable) -> {
          Input input = new Input(path.isEmpty() ? "x" : path, type.apply(variable.type()));
          inputs.add(input);
          return input;
        });
  }

  private static void checkState(Object initial, Object next) {
    Map<String, Variable> before = Trees.leaves(initial);
    Map<String, Variable> after = Trees.leaves(next);
    if (!before.keySet().equals(after.keySet())) {
      throw new TypeException(
              "scan: the state starts with the components %s, the step returns %s"
                  .formatted(before.keySet(), after.keySet()))
          .at(Site.current());
    }
    before.forEach((path, variable) -> {
      TensorType found = Objects.requireNonNull(after.get(path)).type();
      if (!found.equals(variable.type())) {
        throw new TypeException(
                "scan: the state%s starts as %s, the step returns %s; make the initial value of that type, or cast or broadcast what the step returns"
                    .formatted(quoted(path), variable.type(), found))
            .naming(List.of(variable), Site.current())
            .at(Site.current());
      }
    });
  }

  private static String quoted(String path) {
    return path.isEmpty() ? "" : " \"" + path + "\"";
  }

  /// The number of the step being traced, counted through nested loops, as an `i64` scalar; nothing
  /// outside of loops. What a random stream inside a step draws by.
  static Optional<Variable> stepNumber() {
    return COUNTER.isBound() ? Optional.of(COUNTER.get().number()) : Optional.empty();
  }

  /// Makes the number of a step, if it is asked for.
  private static final class StepCounter {
    private final Dim steps;
    private final Optional<Variable> outer;
    private Optional<Input> input = Optional.empty();

    StepCounter(Dim steps, Optional<Variable> outer) {
      this.steps = steps;
      this.outer = outer;
    }

    Variable number() {
      if (input.isEmpty()) {
        input = Optional.of(new Input("step", TensorType.scalar(DType.I64)));
      }
      Variable own = input.get();
      return outer.map(number -> number.mul(Values.size(steps)).add(own)).orElse(own);
    }
  }

  /// A loop over sequences whose steps return the next state: `Loop.over(sequences).scan(...)`.
  public static <X, S> Scanned<S> scan(X sequences, S initial, BiFunction<X, S, S> step) {
    return over(sequences).scan(initial, step);
  }

  /// As [#scan(Object, Object, BiFunction)], over one sequence of any kind: its elements are not of
  /// that kind, as those of a [Shared] are not shared.
  public static <S> Scanned<S> scan(Variable sequence, S initial, BiFunction<Variable, S, S> step) {
    return over(sequence).scan(initial, step);
  }

  /// As [#scan(Object, Object, BiFunction)], with a state that is one variable and may start as an
  /// [Input] or as another kind of variable that no step returns.
  public static <X> Scanned<Variable> scan(
      X sequences, Variable initial, BiFunction<X, Variable, Variable> step) {
    return over(sequences).scan(initial, step);
  }

  /// As [#scan(Object, Object, BiFunction)], for one sequence and a state that is one variable, of
  /// any kind each.
  public static Scanned<Variable> scan(
      Variable sequence, Variable initial, BiFunction<Variable, Variable, Variable> step) {
    return over(sequence).scan(initial, step);
  }
}
