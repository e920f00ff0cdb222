package arignote.backend.cpu.kernel;

import static java.util.Objects.requireNonNull;

import arignote.ir.op.BinaryFn;
import arignote.ir.op.LoopAxes;
import arignote.plan.LoopBody;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/// A loop with reductions, divided into phases. A phase goes along a row: it computes elements, and
/// combines what reductions of the phase need. What depends on results of these belongs to a later
/// phase. Elements that a later phase needs again are stored for the length of a row, in the row of
/// an output if one is free until then; additions and the like are rather done again. At the end of
/// a row comes what has one element for each row.
///
/// @param phases in order, without the last
/// @param end the last phase, of one element, without reductions
/// @param stored the dtype of each row that is stored between phases
public record RowPhases(List<Phase> phases, Phase end, List<DType> stored) {
  /// One sweep along a row.
  ///
  /// @param inputs where each operand of the loop comes from
  /// @param outputs where each output goes
  public record Phase(
      Loop loop, List<Place> inputs, List<Place> outputs, List<Combined> reductions) {
    public Phase {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
      reductions = List.copyOf(reductions);
    }

    /// How many pieces there must be room for.
    public int pieces() {
      return (int) outputs.stream().filter(PieceRow.class::isInstance).count();
    }
  }

  /// What a reduction combines.
  public record Combined(int reduction, Place from) {}

  /// Where elements of a row lie.
  public sealed interface Place {}

  /// An operand of the whole loop.
  public record SourceRow(int operand) implements Place {}

  /// An output of the whole loop.
  public record TargetRow(int output) implements Place {}

  /// A row that lasts until the last phase.
  public record StoredRow(int row) implements Place {}

  /// A piece of a row that lasts until it has been combined.
  public record PieceRow(int row) implements Place {}

  public RowPhases {
    phases = List.copyOf(phases);
    stored = List.copyOf(stored);
  }

  /// Divides a loop.
  public static RowPhases of(NodeLoop node) {
    return new Division(node).divide();
  }

  private static final class Division {
    private final NodeLoop node;
    private final LoopBody body;
    private final Loop loop;
    private final int operands;

    /// For each value whether it is the same along a row.
    private final boolean[] constant;

    /// For each value the first phase in which it is known.
    private final int[] phases;

    private final Map<Integer, Place> places = new HashMap<>();
    private final List<DType> stored = new ArrayList<>();

    /// The outputs that hold another value before they are written.
    private final Set<Integer> lent = new HashSet<>();

    private final List<TreeSet<Integer>> wanted = new ArrayList<>();
    private final Map<Integer, List<Integer>> outputsOf = new LinkedHashMap<>();

    Division(NodeLoop node) {
      this.node = node;
      this.body = node.body();
      this.loop = node.loop();
      this.operands = loop.operands().size();
      boolean[] uniform = new boolean[operands];
      for (int i = 0; i < operands; i++) {
        uniform[i] = node.isReduced(i) || isConstant(body.sources().get(i));
      }
      this.constant = loop.uniform(uniform);
      this.phases = new int[constant.length];
    }

    private boolean isConstant(LoopBody.Source source) {
      return switch (source) {
        case LoopBody.Operand(_, var axes) -> isConstant(axes);
        case LoopBody.Elements(_, var axes) -> isConstant(axes);
        case LoopBody.Position(int axis) -> !body.reduced().contains(axis);
        case LoopBody.Length _ -> true;
      };
    }

    private boolean isConstant(List<Integer> axes) {
      return axes.stream()
          .noneMatch(axis -> axis != LoopAxes.NONE && body.reduced().contains(axis));
    }

    RowPhases divide() {
      for (int value = operands; value < phases.length; value++) {
        for (int argument : arguments(value)) {
          phases[value] = Math.max(phases[value], phase(argument));
        }
      }
      int last = 0;
      List<Integer> ends = new ArrayList<>();
      for (LoopBody.Reduction reduction : node.reductions()) {
        last = Math.max(last, phase(reduction.value()));
      }
      for (int output = 0; output < loop.outputs().size(); output++) {
        int value = loop.outputs().get(output);
        if (body.targets().get(output) instanceof LoopBody.OfRows) {
          ends.add(output);
        } else {
          outputsOf.computeIfAbsent(value, _ -> new ArrayList<>()).add(output);
          places.putIfAbsent(value, new TargetRow(output));
          last = Math.max(last, phase(value));
        }
      }
      for (int phase = 0; phase <= last; phase++) {
        wanted.add(new TreeSet<>());
      }
      outputsOf.keySet().forEach(value -> wanted.get(phase(value)).add(value));
      for (LoopBody.Reduction reduction : node.reductions()) {
        int value = reduction.value();
        if (!isInMemory(value)) {
          wanted.get(phase(value)).add(value);
        }
      }
      for (int phase = last; phase >= 0; phase--) {
        storeFor(phase);
      }
      List<Phase> made = new ArrayList<>();
      for (int phase = 0; phase <= last; phase++) {
        made.add(sweep(phase));
      }
      return new RowPhases(made, end(ends), stored);
    }

    private List<Integer> arguments(int value) {
      return value < operands ? List.of() : loop.steps().get(value - operands).arguments();
    }

    private int phase(int value) {
      return node.isReduced(value)
          ? phase(node.reductions().get(node.reduction(value)).value()) + 1
          : phases[value];
    }

    /// Whether a reduction can read a value where the operand lies.
    private boolean isInMemory(int value) {
      return value < operands
          && !constant[value]
          && loop.operands().get(value) instanceof Operand.Memory;
    }

    /// Finds what earlier phases must store for one.
    private void storeFor(int phase) {
      for (int value : computed(phase)) {
        for (int argument : arguments(value)) {
          if (isOfEarlier(argument, phase) && !places.containsKey(argument)) {
            places.put(argument, storage(argument, phase));
            wanted.get(phases[argument]).add(argument);
          }
        }
      }
    }

    /// Where a value lies until its last reader, a phase: in an output of that phase, which will be
    /// written over it, or in memory of its own.
    private Place storage(int value, int reader) {
      for (int output = 0; output < loop.outputs().size(); output++) {
        if (body.targets().get(output) instanceof LoopBody.Whole
            && phase(loop.outputs().get(output)) == reader
            && loop.outputDtype(output) == loop.dtype(value)
            && lent.add(output)) {
          return new TargetRow(output);
        }
      }
      stored.add(loop.dtype(value));
      return new StoredRow(stored.size() - 1);
    }

    /// Whether a value is computed by an earlier phase and read by this one.
    private boolean isOfEarlier(int value, int phase) {
      return value >= operands
          && !constant[value]
          && phases[value] < phase
          && (places.containsKey(value) || !isCheap(value));
    }

    /// Whether computing a value again costs no more than reading it again.
    private boolean isCheap(int value) {
      for (int argument : arguments(value)) {
        if (argument >= operands && !constant[argument]) {
          return false;
        }
      }
      return switch (loop.steps().get(value - operands)) {
        case Step.Literal _, Step.Compare _, Step.Select _, Step.Cast _ -> true;
        case Step.Binary(BinaryFn fn, _, _, _) ->
            fn == BinaryFn.ADD || fn == BinaryFn.SUB || fn == BinaryFn.MUL;
        case Step.Unary _, Step.Fma _, Step.Bits _, Step.Shift _ -> false;
      };
    }

    /// The steps that a phase does, its own and those that are done again.
    private NavigableSet<Integer> computed(int phase) {
      NavigableSet<Integer> found = new TreeSet<>();
      TreeSet<Integer> waiting = new TreeSet<>(wanted.get(phase));
      while (!waiting.isEmpty()) {
        int value = waiting.removeLast();
        if (value >= operands && found.add(value)) {
          for (int argument : arguments(value)) {
            if (!isOfEarlier(argument, phase)) {
              waiting.add(argument);
            }
          }
        }
      }
      return found;
    }

    private Phase sweep(int phase) {
      List<Combined> combined = new ArrayList<>();
      Map<Integer, Place> pieces = new HashMap<>();
      for (int i = 0; i < node.reductions().size(); i++) {
        int value = node.reductions().get(i).value();
        if (phase(value) == phase) {
          Place from =
              isInMemory(value)
                  ? new SourceRow(value)
                  : places.containsKey(value)
                      ? requireNonNull(places.get(value))
                      : pieces.computeIfAbsent(value, _ -> new PieceRow(pieces.size()));
          combined.add(new Combined(i, from));
        }
      }
      List<Integer> values = new ArrayList<>();
      List<Place> outputs = new ArrayList<>();
      for (int value : wanted.get(phase)) {
        for (int output : outputsOf.getOrDefault(value, List.of())) {
          values.add(value);
          outputs.add(new TargetRow(output));
        }
        if (!outputsOf.containsKey(value)) {
          values.add(value);
          outputs.add(
              pieces.containsKey(value)
                  ? requireNonNull(pieces.get(value))
                  : requireNonNull(places.get(value)));
        }
      }
      return build(computed(phase), values, outputs, combined);
    }

    private Phase end(List<Integer> ends) {
      TreeSet<Integer> steps = new TreeSet<>();
      TreeSet<Integer> waiting = new TreeSet<>();
      ends.forEach(output -> waiting.add(loop.outputs().get(output)));
      while (!waiting.isEmpty()) {
        int value = waiting.removeLast();
        if (value >= operands && steps.add(value)) {
          waiting.addAll(arguments(value));
        }
      }
      List<Place> outputs = new ArrayList<>();
      List<Integer> values = new ArrayList<>();
      for (int output : ends) {
        values.add(loop.outputs().get(output));
        outputs.add(new TargetRow(output));
      }
      return build(steps, values, outputs, List.of());
    }

    /// The loop of some steps, with the values of earlier phases as operands.
    private Phase build(
        Set<Integer> steps, List<Integer> values, List<Place> outputs, List<Combined> combined) {
      TreeSet<Integer> outside = new TreeSet<>();
      for (int value : steps) {
        for (int argument : arguments(value)) {
          if (!steps.contains(argument)) {
            outside.add(argument);
          }
        }
      }
      values.stream().filter(value -> !steps.contains(value)).forEach(outside::add);
      List<Operand> own = new ArrayList<>();
      List<Place> inputs = new ArrayList<>();
      Map<Integer, Integer> numbers = new HashMap<>();
      for (int value : outside) {
        numbers.put(value, own.size());
        if (value < operands) {
          own.add(loop.operands().get(value));
          inputs.add(new SourceRow(value));
        } else {
          own.add(new Operand.Memory(loop.dtype(value)));
          inputs.add(requireNonNull(places.get(value)));
        }
      }
      StepBuilder builder = new StepBuilder(own);
      for (int value : steps) {
        Step step = loop.steps().get(value - operands);
        numbers.put(
            value,
            builder.value(
                step.withArguments(step.arguments().stream().map(numbers::get).toList())));
      }
      return new Phase(
          builder.loop(values.stream().map(numbers::get).toList()), inputs, outputs, combined);
    }
  }
}
