package arignote.dsl;

import arignote.ir.Dim;
import arignote.ir.Site;
import arignote.ir.TensorType;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/// A loop as Theano's `scan` has it, with taps: a step sees elements before and behind its own, and
/// outputs of several steps before.
///
/// ```java
/// Variable fibonacci = Recurrence.of(v -> List.of(v.get(0).add(v.get(1))))
///     .output(firstTwo, -2, -1)
///     .steps(10)
///     .run().getFirst();
/// ```
///
/// The step is a function of a list: for each sequence its elements, one a tap, in the order in
/// which taps are given; then for each output its earlier values, likewise; then the non-sequences.
/// It returns the outputs, in their order. [Loop] is the same with trees, and says what is what by
/// name.
public final class Recurrence {
  private record Sequence(Variable x, int[] taps) {}

  private record Output(Optional<Variable> initial, int[] taps) {
    int reach() {
      return -Arrays.stream(taps).min().orElse(0);
    }
  }

  /// What a step sees: elements by sequence and tap, a window of earlier outputs, the oldest first.
  private record Window(List<List<Variable>> outputs) {}

  private final Function<List<Variable>, List<Variable>> step;
  private final List<Sequence> sequences = new ArrayList<>();
  private final List<Output> outputs = new ArrayList<>();
  private final List<Variable> nonSequences = new ArrayList<>();
  private Optional<Dim> steps = Optional.empty();
  private boolean backwards;

  private Recurrence(Function<List<Variable>, List<Variable>> step) {
    this.step = step;
  }

  /// Starts with what a step does.
  public static Recurrence of(Function<List<Variable>, List<Variable>> step) {
    return new Recurrence(step);
  }

  /// Adds a sequence. With taps -1 and 1 a step sees the elements before and behind its own; steps
  /// run where all taps are inside.
  ///
  /// @param taps 0 if none is given
  /// @throws TypeException if the sequence is a scalar
  public Recurrence sequence(Variable x, int... taps) {
    if (x.type().isScalar()) {
      throw failure("a sequence must have a first axis, found " + x.type());
    }
    sequences.add(new Sequence(x, taps.length == 0 ? new int[1] : taps.clone()));
    return this;
  }

  /// Adds an output that steps see again.
  ///
  /// @param initial with the one tap -1 the value before the first step; with others as many values
  ///   along the first axis as the lowest tap reaches back, the oldest first
  /// @param taps -1 if none is given
  /// @throws TypeException if a tap is not negative, or there are not as many values
  public Recurrence output(Variable initial, int... taps) {
    int[] back = taps.length == 0 ? new int[] {-1} : taps.clone();
    if (Arrays.stream(back).anyMatch(tap -> tap >= 0)) {
      throw failure("the taps of an output must be negative, found " + Arrays.toString(taps));
    }
    Output output = new Output(Optional.of(initial), back);
    TensorType type = initial.type();
    if (output.reach() > 1 && (type.isScalar() || !type.dim(0).is(output.reach()))) {
      throw failure(
          "an output with taps %s needs %d initial values along the first axis, found %s"
              .formatted(Arrays.toString(back), output.reach(), type));
    }
    outputs.add(output);
    return this;
  }

  /// Adds an output that steps do not see again.
  public Recurrence output() {
    outputs.add(new Output(Optional.empty(), new int[0]));
    return this;
  }

  /// Adds a value that is the same in each step. What the step uses from outside need not be
  /// listed.
  public Recurrence nonSequence(Variable x) {
    nonSequences.add(x);
    return this;
  }

  /// Sets the number of steps, which a loop without sequences needs; of sequences the first so many
  /// elements are used.
  ///
  /// @param count a [Dim], a whole number or a name
  public Recurrence steps(Object count) {
    steps = Optional.of(Values.dims(count).getFirst());
    return this;
  }

  /// Goes through the sequences from the last element to the first. Outputs are stacked in the
  /// order of the steps.
  public Recurrence backwards() {
    backwards = true;
    return this;
  }

  /// Runs the loop.
  ///
  /// @return each output, stacked along a new first axis
  /// @throws TypeException if the lengths of sequences differ, there is neither a sequence nor a
  ///   number of steps, or the step returns other outputs than were added
  public List<Variable> run() {
    Dim count = count();
    List<List<Variable>> elements = new ArrayList<>();
    for (Sequence sequence : sequences) {
      Variable x = backwards ? Shapes.reverse(sequence.x, 0) : sequence.x;
      int first = Math.min(0, Arrays.stream(sequence.taps).min().orElse(0));
      List<Variable> shifted = new ArrayList<>();
      for (int tap : sequence.taps) {
        Dim start = Dim.of(tap - first);
        shifted.add(x.slice(0, start, start.plus(count)));
      }
      elements.add(shifted);
    }
    List<List<Variable>> initial = new ArrayList<>();
    outputs.forEach(output -> initial.add(initial(output)));
    return sequences.isEmpty()
        ? Loop.steps(count)
            .emit(new Window(initial), (_, window) -> next(List.of(), window))
            .stacked()
        : Loop.over(elements).emit(new Window(initial), this::next).stacked();
  }

  private Dim count() {
    List<Dim> counts = sequences.stream().map(Recurrence::count).toList();
    if (steps.isPresent()) {
      checkLengths(steps.get(), counts);
      return steps.get();
    }
    for (int i = 1; i < counts.size(); i++) {
      if (!counts.get(i).equals(counts.getFirst())) {
        Sequence sequence = sequences.get(i);
        throw failure(
            "the sequences allow different numbers of steps, %s and %s of %s with taps %s; slice them, or say how many with steps(n)"
                .formatted(
                    counts.getFirst(),
                    counts.get(i),
                    sequence.x.type(),
                    Arrays.toString(sequence.taps)));
      }
    }
    if (counts.isEmpty()) {
      throw failure("there is no sequence; say how many steps to run with steps(n)");
    }
    return counts.getFirst();
  }

  private void checkLengths(Dim asked, List<Dim> counts) {
    for (int i = 0; i < counts.size(); i++) {
      OptionalLong most = counts.get(i).constant();
      if (most.isPresent()
          && asked.constant().isPresent()
          && asked.constant().getAsLong() > most.getAsLong()) {
        Sequence sequence = sequences.get(i);
        throw failure(
            "%s steps are too many for the sequence %s with taps %s, which allows %s"
                .formatted(
                    asked, sequence.x.type(), Arrays.toString(sequence.taps), counts.get(i)));
      }
    }
  }

  /// How many steps have all taps inside of a sequence.
  private static Dim count(Sequence sequence) {
    int lowest = Math.min(0, Arrays.stream(sequence.taps).min().orElse(0));
    int highest = Math.max(0, Arrays.stream(sequence.taps).max().orElse(0));
    return sequence.x.type().dim(0).minus(highest - lowest);
  }

  private static List<Variable> initial(Output output) {
    List<Variable> window = new ArrayList<>();
    output.initial.ifPresent(value -> {
      if (output.reach() == 1) {
        window.add(value);
      } else {
        for (int i = 0; i < output.reach(); i++) {
          window.add(value.get(i));
        }
      }
    });
    return window;
  }

  private Step<Window, List<Variable>> next(List<List<Variable>> elements, Window window) {
    List<Variable> arguments = new ArrayList<>();
    elements.forEach(arguments::addAll);
    for (int i = 0; i < outputs.size(); i++) {
      List<Variable> earlier = window.outputs.get(i);
      for (int tap : outputs.get(i).taps) {
        arguments.add(earlier.get(earlier.size() + tap));
      }
    }
    arguments.addAll(nonSequences);
    List<Variable> made = step.apply(List.copyOf(arguments));
    if (made.size() != outputs.size()) {
      throw failure(
          "the step returns %d outputs, %d were added; add each with output(...)"
              .formatted(made.size(), outputs.size()));
    }
    List<List<Variable>> next = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      List<Variable> moved = new ArrayList<>(window.outputs.get(i));
      if (!moved.isEmpty()) {
        moved.removeFirst();
        moved.add(made.get(i));
      }
      next.add(moved);
    }
    return new Step<>(new Window(next), made);
  }

  private static TypeException failure(String problem) {
    return new TypeException("scan: " + problem).at(Site.current());
  }
}
