package arignote.backend.cpu.kernel;

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
import arignote.ir.op.Op;
import arignote.ir.op.Select;
import arignote.ir.op.Unary;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// An elementwise node as a loop, with where each of the loop's operands comes from.
///
/// Broadcasts vanish: they align shapes at the last axis, so an input of whatever shape has one
/// fixed relation to the loop's axes, and repeating is a stride of 0.
///
/// @param sources one for each operand of the loop
/// @param targets one for each output of the loop
public record LoopBody(Loop loop, List<Source> sources, List<Target> targets) {
  /// Where an operand's values come from.
  public sealed interface Source {}

  /// An operand of the node, broadcast to the loop's shape.
  public record Argument(int index) implements Source {}

  /// A constant of several elements, broadcast to the loop's shape.
  public record Elements(Constant constant) implements Source {}

  /// The position along an axis of the loop.
  public record Position(int axis) implements Source {}

  /// The length of an axis.
  public record Length(Dim dim) implements Source {}

  /// Where an output's values go: to a result of the node, or to a part of one.
  public sealed interface Target {
    /// Which result.
    int result();
  }

  /// All of a result.
  public record Whole(int result) implements Target {}

  /// The elements of a result from a position along an axis on, as many as the loop has there.
  public record Part(int result, int axis, Dim start, Dim size) implements Target {}

  public LoopBody {
    sources = List.copyOf(sources);
    targets = List.copyOf(targets);
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

  /// The loop that copies elements.
  public static LoopBody copy(DType dtype) {
    return new LoopBody(
        new Loop(List.of(new Operand.Memory(dtype)), List.of(), List.of(0)),
        List.of(new Argument(0)),
        List.of(new Whole(0)));
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
    private final int rank;
    private final List<Operand> operands = new ArrayList<>();
    private final List<Source> sources = new ArrayList<>();
    private final IdentityHashMap<Variable, Integer> values = new IdentityHashMap<>();
    private final Map<Source, Integer> counters = new HashMap<>();

    Reading(Graph body) {
      this.body = body;
      this.rank = new Fused(body).shape().size();
    }

    LoopBody read() {
      List<Apply> applies = body.applies();
      for (int i = 0; i < body.inputs().size(); i++) {
        values.put(
            body.inputs().get(i),
            operand(new Operand.Memory(body.inputs().get(i).type().dtype()), new Argument(i)));
      }
      for (Variable leaf : body.leaves()) {
        if (leaf instanceof Constant constant && constant.value().size() != 1) {
          values.put(
              leaf, operand(new Operand.Memory(leaf.type().dtype()), new Elements(constant)));
        }
      }
      for (Apply apply : applies) {
        counter(apply);
      }
      StepBuilder steps = new StepBuilder(operands);
      for (Apply apply : applies) {
        if (apply.op() instanceof Concat) {
          continue;
        }
        apply.operands().forEach(operand -> bringConstant(steps, operand));
        values.put(apply.result(), value(steps, apply));
      }
      List<Integer> outputs = new ArrayList<>();
      List<Target> targets = new ArrayList<>();
      for (int i = 0; i < body.outputs().size(); i++) {
        for (Variable written : Fused.written(body.outputs().get(i)).toList()) {
          bringConstant(steps, written);
          outputs.add(values.get(written));
        }
        addTargets(i, targets);
      }
      return new LoopBody(steps.loop(outputs), sources, targets);
    }

    private void addTargets(int result, List<Target> targets) {
      if (body.outputs().get(result) instanceof Result output
          && output.apply().op() instanceof Concat(int axis)) {
        Dim start = Dim.of(0);
        for (Variable part : output.apply().operands()) {
          Dim size = part.type().dim(axis);
          targets.add(new Part(result, axis, start, size));
          start = start.plus(size);
        }
      } else {
        targets.add(new Whole(result));
      }
    }

    private int operand(Operand operand, Source source) {
      operands.add(operand);
      sources.add(source);
      return operands.size() - 1;
    }

    private void counter(Apply apply) {
      switch (apply.op()) {
        case Iota iota when !iota.type().dim(iota.axis()).is(1) ->
            counter(new Position(axisOf(iota)));
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

    private int axisOf(Iota iota) {
      return iota.axis() + rank - iota.type().rank();
    }

    private void bringConstant(StepBuilder steps, Variable variable) {
      if (variable instanceof Constant constant && !values.containsKey(variable)) {
        DType dtype = constant.type().dtype();
        values.put(
            variable,
            steps.value(
                dtype.isFloat()
                    ? Step.Literal.of(dtype, constant.value().getDouble(0))
                    : new Step.Literal(dtype, constant.value().getLong(0))));
      }
    }

    private int value(StepBuilder steps, Apply apply) {
      List<Integer> x = apply.operands().stream().map(values::get).toList();
      DType dtype = apply.result().type().dtype();
      return switch (apply.op()) {
        case Unary(var fn) -> steps.unary(fn, apply.operandDtypes().getFirst(), x.get(0));
        case Binary(var fn) -> steps.binary(fn, dtype, x.get(0), x.get(1));
        case Compare(var fn) ->
            steps.compare(fn, apply.operandDtypes().getFirst(), x.get(0), x.get(1));
        case Select() -> steps.select(dtype, x.get(0), x.get(1), x.get(2));
        case Cast(var to) -> steps.cast(apply.operandDtypes().getFirst(), to, x.get(0));
        case Broadcast _ -> x.get(0);
        case Fill(double value, _) -> steps.literal(dtype, value);
        case Iota iota ->
            iota.type().dim(iota.axis()).is(1)
                ? steps.literal(dtype, 0)
                : steps.cast(DType.I64, dtype, counterOf(new Position(axisOf(iota))));
        case DimSize(Dim dim) ->
            dim.constant().isPresent()
                ? steps.value(new Step.Literal(DType.I64, dim.constant().getAsLong()))
                : counterOf(new Length(dim));
        default -> throw notElementwise(apply);
      };
    }

    private static IllegalArgumentException notElementwise(Apply apply) {
      return new IllegalArgumentException("not an elementwise op in a loop: " + apply);
    }
  }
}
