package arignote.backend.cpu.kernel;

import arignote.ir.op.BinaryFn;
import arignote.ir.op.UnaryFn;
import arignote.tensor.DType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A loop divided into stages: one for each element type that has vectors, one for types and
/// functions that have none, and more where a method would get too long for the compilers of the
/// JVM. Values that pass between stages lie in scratch rows, short enough to stay in the
/// first-level cache.
///
/// @param scratch the dtype of each scratch row
public record Stages(List<Stage> stages, List<DType> scratch) {
  /// Where one of the JVM's compilers gives up on a method, it stays interpreted, thousands of
  /// times slower; the first-tier compiler does so in long methods full of vectors. Long methods
  /// are slower anyway, as values no longer fit in registers. What counts is what steps expand to.
  static final int MOST_STEPS = 48;

  private record Key(int depth, Lane lane, int piece) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byDepth = Integer.compare(depth, other.depth);
      int byLane = byDepth != 0 ? byDepth : lane.compareTo(other.lane);
      return byLane != 0 ? byLane : Integer.compare(piece, other.piece);
    }
  }

  /// A stage while it is made: the steps that it alone computes, and which values leave it.
  private static final class Part {
    private final Key key;
    private final List<Integer> steps = new ArrayList<>();
    private final List<Integer> escaping = new ArrayList<>();
    private int size;

    Part(Key key) {
      this.key = key;
    }
  }

  public Stages {
    stages = List.copyOf(stages);
    scratch = List.copyOf(scratch);
  }

  /// Divides a loop.
  ///
  /// @param uniformOperands which operands are the same for a whole row
  /// @param vectors whether vectors may be used at all
  public static Stages of(Loop loop, boolean[] uniformOperands, boolean vectors) {
    return new Division(loop, uniformOperands, vectors).divide();
  }

  private static final class Division {
    private final Loop loop;
    private final int operands;
    private final boolean vectors;
    private final boolean[] uniformOperands;
    private final boolean[] uniform;
    private final Lane[] lanes;
    private final int[] depths;
    private final @Nullable Key[] keys;

    Division(Loop loop, boolean[] uniformOperands, boolean vectors) {
      this.loop = loop;
      this.operands = loop.operands().size();
      this.vectors = vectors;
      this.uniformOperands = uniformOperands;
      this.uniform = loop.uniform(uniformOperands);
      this.lanes = new Lane[uniform.length];
      this.depths = new int[uniform.length];
      this.keys = new Key[uniform.length];
    }

    Stages divide() {
      assignLanes();
      raiseDepths();
      Map<Key, Part> parts = new TreeMap<>();
      Map<Integer, List<Integer>> outputsOf = new HashMap<>();
      for (int output = 0; output < loop.outputs().size(); output++) {
        outputsOf.computeIfAbsent(loop.outputs().get(output), _ -> new ArrayList<>()).add(output);
      }
      assignKeys(parts);
      Map<Integer, Stage.Place> places = new HashMap<>();
      List<DType> scratch = new ArrayList<>();
      placeValues(parts, outputsOf, places, scratch);
      for (Map.Entry<Integer, List<Integer>> entry : outputsOf.entrySet()) {
        // What no step computes, an operand or a value of the whole row, is written by any stage of
        // its lane.
        if (keys[entry.getKey()] == null) {
          Lane lane = vectors ? Lane.of(loop.dtype(entry.getKey())) : Lane.SCALAR;
          parts.computeIfAbsent(new Key(0, lane, 0), Part::new).escaping.add(entry.getKey());
        }
      }
      List<Stage> stages = new ArrayList<>();
      for (Part part : parts.values()) {
        stages.add(stage(part, outputsOf, places));
      }
      return new Stages(stages, scratch);
    }

    private void assignLanes() {
      Lane common = Lane.SCALAR;
      for (int i = loop.steps().size() - 1; i >= 0; i--) {
        Lane own = ownLane(loop.steps().get(i));
        if (!uniform[operands + i] && own != null && own != Lane.SCALAR) {
          common = own;
        }
      }
      for (int i = 0; i < loop.steps().size(); i++) {
        int value = operands + i;
        if (uniform[value]) {
          continue;
        }
        Step step = loop.steps().get(i);
        Lane lane = vectors ? ownLane(step) : Lane.SCALAR;
        for (int argument : step.arguments()) {
          if (lane == null && argument >= operands && !uniform[argument]) {
            lane = lanes[argument];
          }
        }
        lanes[value] = lane == null ? common : lane;
        for (int argument : step.arguments()) {
          if (argument >= operands && !uniform[argument]) {
            int change = lanes[argument] == lanes[value] ? 0 : 1;
            depths[value] = Math.max(depths[value], depths[argument] + change);
          }
        }
      }
    }

    /// Moves steps down to the stage of the first step that needs them, if it has their lane, so
    /// that they need no scratch row.
    private void raiseDepths() {
      int[] highest = new int[depths.length];
      Arrays.fill(highest, Integer.MAX_VALUE);
      boolean[] joins = new boolean[depths.length];
      for (int value = depths.length - 1; value >= operands; value--) {
        if (uniform[value]) {
          continue;
        }
        if (joins[value]) {
          depths[value] = highest[value];
        }
        for (int argument : loop.steps().get(value - operands).arguments()) {
          if (argument >= operands && !uniform[argument]) {
            boolean same = lanes[argument] == lanes[value];
            int most = depths[value] - (same ? 0 : 1);
            if (most < highest[argument]) {
              highest[argument] = most;
              joins[argument] = same;
            } else if (most == highest[argument]) {
              joins[argument] |= same;
            }
          }
        }
      }
    }

    /// The lane that a step needs; null where it depends on bools only, which any lane can do.
    private static @Nullable Lane ownLane(Step step) {
      return switch (step) {
        case Step.Literal _ -> null;
        case Step.Unary(var fn, DType dtype, _) ->
            dtype == DType.BOOL ? null : hasVectors(fn) ? Lane.of(dtype) : Lane.SCALAR;
        case Step.Binary(var fn, DType dtype, _, _) ->
            dtype == DType.BOOL ? null : hasVectors(fn) ? Lane.of(dtype) : Lane.SCALAR;
        case Step.Compare compare -> Lane.of(compare.compared());
        case Step.Select select -> Lane.of(select.dtype());
        case Step.Fma _, Step.Bits _, Step.Shift _ -> Lane.of(step.dtype());
        case Step.Cast(DType from, DType to, _) -> {
          if (from == DType.BOOL) {
            yield Lane.of(to);
          }
          yield to == DType.BOOL ? Lane.of(from) : Lane.SCALAR;
        }
      };
    }

    /// Whether vectors of floats have a function, by themselves or as a formula.
    private static boolean hasVectors(UnaryFn fn) {
      return switch (fn) {
        case SIN, COS, TAN, ASIN, ACOS, ATAN, ERF, ERFC -> false;
        case NEG,
            ABS,
            SIGN,
            NOT,
            SQRT,
            RSQRT,
            SQUARE,
            RECIPROCAL,
            EXP,
            EXPM1,
            LOG,
            LOG1P,
            SINH,
            COSH,
            TANH,
            SIGMOID,
            SOFTPLUS,
            RELU,
            FLOOR,
            CEIL,
            ROUND,
            ISNAN,
            ISINF ->
            true;
      };
    }

    private static boolean hasVectors(BinaryFn fn) {
      return switch (fn) {
        case POW, ATAN2, FLOORDIV, MOD -> false;
        case ADD, SUB, MUL, DIV, MINIMUM, MAXIMUM, AND, OR, XOR -> true;
      };
    }

    private void assignKeys(Map<Key, Part> parts) {
      Map<Key, Part> open = new HashMap<>();
      for (int i = 0; i < loop.steps().size(); i++) {
        int value = operands + i;
        if (uniform[value]) {
          continue;
        }
        Key first = new Key(depths[value], lanes[value], 0);
        Part part = open.computeIfAbsent(first, Part::new);
        int size = Expansion.size(loop.steps().get(i));
        if (part.size > 0 && part.size + size > MOST_STEPS) {
          part = new Part(new Key(first.depth, first.lane, part.key.piece + 1));
          open.put(first, part);
        }
        part.steps.add(value);
        part.size += size;
        parts.put(part.key, part);
        keys[value] = part.key;
      }
    }

    /// Decides which values leave their stage and where they lie.
    private void placeValues(
        Map<Key, Part> parts,
        Map<Integer, List<Integer>> outputsOf,
        Map<Integer, Stage.Place> places,
        List<DType> scratch) {
      Set<Integer> crossing = new HashSet<>();
      for (int i = 0; i < loop.steps().size(); i++) {
        for (int argument : loop.steps().get(i).arguments()) {
          Key key = keys[argument];
          if (key != null && !key.equals(keys[operands + i])) {
            crossing.add(argument);
          }
        }
      }
      for (Part part : parts.values()) {
        for (int value : part.steps) {
          List<Integer> outputs = outputsOf.getOrDefault(value, List.of());
          if (!outputs.isEmpty()) {
            places.put(value, new Stage.OutputRow(outputs.getFirst()));
            part.escaping.add(value);
          } else if (crossing.contains(value)) {
            places.put(value, new Stage.ScratchRow(scratch.size()));
            scratch.add(loop.dtype(value));
            part.escaping.add(value);
          }
        }
      }
    }

    private Stage stage(
        Part part, Map<Integer, List<Integer>> outputsOf, Map<Integer, Stage.Place> places) {
      List<Integer> steps = new ArrayList<>(part.steps);
      List<Integer> outside = new ArrayList<>();
      collect(part, steps, outside);
      List<Operand> stageOperands = new ArrayList<>();
      List<Boolean> stageUniform = new ArrayList<>();
      List<Stage.Place> inputs = new ArrayList<>();
      int[] values = new int[keys.length];
      for (int value : outside) {
        values[value] = stageOperands.size();
        if (value < operands) {
          stageOperands.add(loop.operands().get(value));
          stageUniform.add(uniformOperands[value]);
          inputs.add(new Stage.OperandRow(value));
        } else {
          stageOperands.add(new Operand.Memory(loop.dtype(value)));
          stageUniform.add(false);
          inputs.add(Objects.requireNonNull(places.get(value)));
        }
      }
      StepBuilder builder = new StepBuilder(stageOperands);
      for (int value : steps) {
        Step step = loop.steps().get(value - operands);
        values[value] =
            builder.value(
                step.withArguments(
                    step.arguments().stream().map(argument -> values[argument]).toList()));
      }
      List<Integer> stageOutputs = new ArrayList<>();
      List<Stage.Place> outputs = new ArrayList<>();
      for (int value : part.escaping) {
        if (outputsOf.containsKey(value)) {
          for (int output : outputsOf.getOrDefault(value, List.of())) {
            stageOutputs.add(values[value]);
            outputs.add(new Stage.OutputRow(output));
          }
        } else {
          stageOutputs.add(values[value]);
          outputs.add(Objects.requireNonNull(places.get(value)));
        }
      }
      return new Stage(builder.loop(stageOutputs), stageUniform, part.key.lane, inputs, outputs);
    }

    /// Finds what a stage needs besides its own steps: values from outside, in ascending order, and
    /// the steps that compute the same for the whole row, which every stage repeats.
    private void collect(Part part, List<Integer> steps, List<Integer> outside) {
      Set<Integer> seen = new HashSet<>(part.steps);
      Deque<Integer> waiting = new ArrayDeque<>(part.steps);
      for (int value : part.escaping) {
        if (seen.add(value)) {
          waiting.add(value);
          classify(part.key, value, steps, outside);
        }
      }
      while (!waiting.isEmpty()) {
        int value = waiting.remove();
        if (!isOfStage(part.key, value)) {
          continue;
        }
        for (int argument : loop.steps().get(value - operands).arguments()) {
          if (seen.add(argument)) {
            waiting.add(argument);
            classify(part.key, argument, steps, outside);
          }
        }
      }
      steps.sort(null);
      outside.sort(null);
    }

    /// Whether a value is computed by a stage: by a step of its own, or one that every stage
    /// repeats.
    private boolean isOfStage(Key key, int value) {
      return value >= operands && (keys[value] == null || key.equals(keys[value]));
    }

    private void classify(Key key, int value, List<Integer> steps, List<Integer> outside) {
      if (isOfStage(key, value)) {
        steps.add(value);
      } else {
        outside.add(value);
      }
    }
  }

  /// Whether the whole loop is one stage.
  public boolean isSingle() {
    return stages.size() == 1;
  }

  @Override
  public String toString() {
    return Arrays.toString(stages.stream().map(stage -> stage.lane().toString()).toArray());
  }
}
