package arignote.backend.cpu.kernel;

import static java.util.Objects.requireNonNull;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Cast;
import arignote.ir.op.Compare;
import arignote.ir.op.Concat;
import arignote.ir.op.DimSize;
import arignote.ir.op.Fill;
import arignote.ir.op.Fused;
import arignote.ir.op.Iota;
import arignote.ir.op.LoopAxes;
import arignote.ir.op.Op;
import arignote.ir.op.Reduce;
import arignote.ir.op.ReduceFn;
import arignote.ir.op.Reshape;
import arignote.ir.op.Select;
import arignote.ir.op.Unary;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// An elementwise node, or a fused one with reductions, as a loop, with where each of the loop's
/// operands comes from.
///
/// Broadcasts vanish: an operand lies along some axes of the loop, and repeating is a stride of 0.
/// Reductions are no steps: what one makes of a row is an operand.
///
/// @param sources one for each operand of the loop
/// @param targets one for each output of the loop
/// @param reductions each after those it needs
/// @param reduced the axes of the loop that reductions take away
public record LoopBody(
    Loop loop,
    List<Source> sources,
    List<Target> targets,
    List<Reduction> reductions,
    List<Integer> reduced) {
  /// Where an operand's values come from. Axes are, for each axis of the values, the one of the
  /// loop along which it lies, or [LoopAxes#NONE].
  public sealed interface Source {}

  /// An operand of the node.
  public record Argument(int index, List<Integer> axes) implements Source {}

  /// A constant of several elements.
  public record Elements(Constant constant, List<Integer> axes) implements Source {}

  /// The position along an axis of the loop.
  public record Position(int axis) implements Source {}

  /// The length of an axis.
  public record Length(Dim dim) implements Source {}

  /// The result of a reduction.
  public record Reduced(int reduction) implements Source {}

  /// A reduction along rows.
  ///
  /// @param apply the node, for messages
  /// @param value what it combines
  public record Reduction(ReduceFn fn, Apply apply, int value) {}

  /// Where an output's values go: to a result of the node, or to a part of one.
  public sealed interface Target {
    /// Which result.
    int result();
  }

  /// All of a result.
  public record Whole(int result) implements Target {}

  /// The elements of a result from a position along an axis on, as many as the loop has there.
  public record Part(int result, int axis, Dim start, Dim size) implements Target {}

  /// All of a result that has one element for each row.
  ///
  /// @param axes along which axes of the loop its own lie
  public record OfRows(int result, List<Integer> axes) implements Target {}

  public LoopBody {
    sources = List.copyOf(sources);
    targets = List.copyOf(targets);
    reductions = List.copyOf(reductions);
    reduced = List.copyOf(reduced);
  }

  /// Whether nodes of this op run as loops.
  public static boolean isLoop(Op op) {
    return switch (op) {
      case Unary _, Binary _, Compare _, Select _, Cast _, Fused _, Fill _, Iota _, DimSize _ ->
          true;
      default -> false;
    };
  }

  /// The loop of a node for which [#isLoop] holds.
  public static LoopBody of(Apply apply) {
    return apply.op() instanceof Fused(Graph body) ? ofGraph(body) : ofSingle(apply);
  }

  private static LoopBody ofSingle(Apply apply) {
    List<Input> inputs = new ArrayList<>();
    for (Variable operand : apply.operands()) {
      inputs.add(new Input("x" + inputs.size(), operand.type()));
    }
    Apply single = Apply.of(apply.op(), inputs, apply.site());
    return ofGraph(new Graph(inputs, List.of(single.result())));
  }

  private static LoopBody ofGraph(Graph body) {
    return new Reading(body).read();
  }

  /// The translation of one graph. Operands are collected first, as their number decides how steps
  /// are numbered.
  private static final class Reading {
    private final Graph body;
    private final LoopAxes axes;
    private final List<Operand> operands = new ArrayList<>();
    private final List<Source> sources = new ArrayList<>();
    private final IdentityHashMap<Variable, Map<List<Integer>, Integer>> values =
        new IdentityHashMap<>();
    private final Map<Source, Integer> counters = new HashMap<>();

    Reading(Graph body) {
      this.body = body;
      this.axes = LoopAxes.of(body);
    }

    LoopBody read() {
      List<Apply> applies = axes.applies();
      for (int i = 0; i < body.inputs().size(); i++) {
        Input input = body.inputs().get(i);
        for (List<Integer> along : axes.of(input)) {
          put(input, along, operand(memory(input), new Argument(i, along)));
        }
      }
      for (Variable leaf : body.leaves()) {
        if (leaf instanceof Constant constant && constant.value().size() != 1) {
          for (List<Integer> along : axes.of(leaf)) {
            put(leaf, along, operand(memory(leaf), new Elements(constant, along)));
          }
        }
      }
      applies.forEach(this::counter);
      List<Apply> reduces = applies.stream().filter(apply -> apply.op() instanceof Reduce).toList();
      for (int i = 0; i < reduces.size(); i++) {
        Result result = reduces.get(i).result();
        int operand = operand(memory(result), new Reduced(i));
        axes.of(result).forEach(along -> put(result, along, operand));
      }
      StepBuilder steps = new StepBuilder(operands);
      List<Reduction> reductions = new ArrayList<>();
      for (Apply apply : applies) {
        if (apply.op() instanceof Reduce reduce) {
          reductions.add(
              new Reduction(reduce.fn(), apply, value(steps, apply.operand(0), axes.all())));
        } else if (!(apply.op() instanceof Concat)) {
          for (List<Integer> along : axes.of(apply.result())) {
            put(apply.result(), along, value(steps, apply, along));
          }
        }
      }
      List<Integer> outputs = new ArrayList<>();
      List<Target> targets = new ArrayList<>();
      for (int i = 0; i < body.outputs().size(); i++) {
        for (Variable written : Fused.written(body.outputs().get(i)).toList()) {
          outputs.add(value(steps, written, axes.ofOutput(written)));
        }
        addTargets(i, targets);
      }
      return new LoopBody(steps.loop(outputs), sources, targets, reductions, axes.reduced());
    }

    private void addTargets(int result, List<Target> targets) {
      Variable value = body.outputs().get(result);
      if (value instanceof Result output && output.apply().op() instanceof Concat(int axis)) {
        Dim start = Dim.of(0);
        for (Variable part : output.apply().operands()) {
          Dim size = part.type().dim(axis);
          targets.add(new Part(result, axis, start, size));
          start = start.plus(size);
        }
      } else if (value.type().shape().equals(axes.shape())) {
        targets.add(new Whole(result));
      } else {
        targets.add(new OfRows(result, axes.ofOutput(value)));
      }
    }

    private static Operand memory(Variable variable) {
      return new Operand.Memory(variable.type().dtype());
    }

    private int operand(Operand operand, Source source) {
      operands.add(operand);
      sources.add(source);
      return operands.size() - 1;
    }

    private void put(Variable variable, List<Integer> along, int value) {
      values.computeIfAbsent(variable, _ -> new HashMap<>()).put(along, value);
    }

    private void counter(Apply apply) {
      switch (apply.op()) {
        case Iota iota -> {
          for (List<Integer> along : axes.of(apply.result())) {
            if (along.get(iota.axis()) != LoopAxes.NONE) {
              counter(new Position(along.get(iota.axis())));
            }
          }
        }
        case DimSize(Dim dim) when dim.constant().isEmpty() -> counter(new Length(dim));
        default -> {}
      }
    }

    private void counter(Source source) {
      counters.computeIfAbsent(source, made -> operand(new Operand.Counter(), made));
    }

    private int counterOf(Source source) {
      return counters.getOrDefault(source, -1);
    }

    /// A value that lies along some axes, which has been computed before.
    private int value(StepBuilder steps, Variable variable, List<Integer> along) {
      if (variable instanceof Constant constant && constant.value().size() == 1) {
        DType dtype = constant.type().dtype();
        return steps.value(
            dtype.isFloat()
                ? Step.Literal.of(dtype, constant.value().getDouble(0))
                : new Step.Literal(dtype, constant.value().getLong(0)));
      }
      return requireNonNull(requireNonNull(values.get(variable)).get(along));
    }

    private int value(StepBuilder steps, Apply apply, List<Integer> along) {
      List<Integer> x =
          apply.operands().stream()
              .map(operand -> value(steps, operand, axes.ofOperands(apply, along)))
              .toList();
      DType dtype = apply.result().type().dtype();
      return switch (apply.op()) {
        case Unary(var fn) -> steps.unary(fn, apply.operandDtypes().getFirst(), x.get(0));
        case Binary(var fn) -> steps.binary(fn, dtype, x.get(0), x.get(1));
        case Compare(var fn) ->
            steps.compare(fn, apply.operandDtypes().getFirst(), x.get(0), x.get(1));
        case Select() -> steps.select(dtype, x.get(0), x.get(1), x.get(2));
        case Cast(var to) -> steps.cast(apply.operandDtypes().getFirst(), to, x.get(0));
        case Broadcast _, Reshape _ -> x.get(0);
        case Fill(double value, _) -> steps.literal(dtype, value);
        case Iota iota ->
            along.get(iota.axis()) == LoopAxes.NONE
                ? steps.literal(dtype, 0)
                : steps.cast(DType.I64, dtype, counterOf(new Position(along.get(iota.axis()))));
        case DimSize(Dim dim) ->
            dim.constant().isPresent()
                ? steps.value(new Step.Literal(DType.I64, dim.constant().getAsLong()))
                : counterOf(new Length(dim));
        default -> throw new IllegalArgumentException("not an elementwise op in a loop: " + apply);
      };
    }
  }
}
