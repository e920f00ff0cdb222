package arignote.plan;

import static java.util.Objects.requireNonNull;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Cast;
import arignote.ir.op.Compare;
import arignote.ir.op.Concat;
import arignote.ir.op.CoreOp;
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
import java.util.stream.IntStream;

/// What an elementwise node, or a fused one with reductions, computes at one position of its loop.
///
/// Values are numbered: first the sources, then what steps compute and what reductions make of
/// rows, each after those it needs. Broadcasts vanish, as they are strides of 0.
///
/// @param sources where values come from; source `i` is value `i`
/// @param values all of them
/// @param targets where values go
/// @param reduced the axes of the loop that reductions take away
public record LoopBody(
    List<Source> sources, List<Value> values, List<Target> targets, List<Integer> reduced) {
  /// Where a source's values come from. Axes are, for each axis of the values, the one of the loop
  /// along which it lies, or [LoopAxes#NONE].
  public sealed interface Source {}

  /// An operand of the node.
  public record Operand(int index, List<Integer> axes) implements Source {}

  /// A constant of several elements.
  public record Elements(Constant constant, List<Integer> axes) implements Source {}

  /// The position along an axis of the loop.
  public record Position(int axis) implements Source {}

  /// The length of an axis.
  public record Length(Dim dim) implements Source {}

  /// A value: a source, a step or a reduction.
  ///
  /// @param ofRow whether it is the same for all elements of a row
  public record Value(int number, DType dtype, boolean ofRow, Origin origin) {}

  /// How a value comes to be.
  public sealed interface Origin {
    /// The values that are needed.
    List<Integer> needed();
  }

  /// A source.
  public record Read() implements Origin {
    @Override
    public List<Integer> needed() {
      return List.of();
    }
  }

  /// A constant.
  ///
  /// @param floating its value if it is a float
  /// @param whole its value if it is an integer or a bool, 1 for true
  public record Literal(double floating, long whole) implements Origin {
    /// A number of a dtype.
    public static Literal of(DType dtype, double value) {
      return switch (dtype) {
        case BOOL -> new Literal(0, value == 0 ? 0 : 1);
        case I32 -> new Literal(0, (int) value);
        case I64 -> new Literal(0, (long) value);
        case F32, F64 -> new Literal(value, 0);
      };
    }

    @Override
    public List<Integer> needed() {
      return List.of();
    }
  }

  /// What an op makes of other values.
  ///
  /// @param op one of those that compute element by element
  public record Step(CoreOp op, List<Integer> needed) implements Origin {}

  /// What a reduction makes of a row of values.
  ///
  /// @param apply the node, for messages
  public record Reduction(ReduceFn fn, int value, Apply apply) implements Origin {
    @Override
    public List<Integer> needed() {
      return List.of(value);
    }
  }

  /// Where a value goes: to a result of the node, or to a part of one.
  public sealed interface Target {
    int value();

    /// Which result.
    int result();
  }

  /// All of a result.
  public record Whole(int value, int result) implements Target {}

  /// The elements of a result from a position along an axis on, as many as the loop has there.
  public record Part(int value, int result, int axis, Dim start, Dim size) implements Target {}

  /// All of a result that has one element for each row.
  ///
  /// @param axes along which axes of the loop its own lie
  public record OfRows(int value, int result, List<Integer> axes) implements Target {}

  public LoopBody {
    sources = List.copyOf(sources);
    values = List.copyOf(values);
    targets = List.copyOf(targets);
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

  /// The first result's type with the shape of the loop, which a result put together from parts, or
  /// of a reduction, does not have.
  public static TensorType loopType(Apply apply) {
    TensorType type = apply.results().getFirst().type();
    return switch (apply.op()) {
      case Fused fused -> type.withShape(fused.shape());
      case Reduce _ -> apply.operand(0).type();
      default -> type;
    };
  }

  /// What a node computes for which [#isLoop] holds, or a reduction.
  public static LoopBody of(Apply apply) {
    return apply.op() instanceof Fused(Graph body) ? new Reading(body).read() : ofSingle(apply);
  }

  private static LoopBody ofSingle(Apply apply) {
    List<Input> inputs = new ArrayList<>();
    for (Variable operand : apply.operands()) {
      inputs.add(new Input("x" + inputs.size(), operand.type()));
    }
    Apply single = Apply.of(apply.op(), inputs, apply.site());
    return new Reading(new Graph(inputs, List.of(single.result()))).read();
  }

  /// A copy of a tensor of this dtype.
  public static LoopBody copy(DType dtype, int rank) {
    List<Integer> axes = IntStream.range(0, rank).boxed().toList();
    return new LoopBody(
        List.of(new Operand(0, axes)),
        List.of(new Value(0, dtype, false, new Read())),
        List.of(new Whole(0, 0)),
        List.of());
  }

  /// The reductions, each after those it needs.
  public List<Value> reductions() {
    return values.stream().filter(value -> value.origin() instanceof Reduction).toList();
  }

  /// The translation of one graph.
  private static final class Reading {
    private final Graph body;
    private final LoopAxes axes;
    private final List<Source> sources = new ArrayList<>();
    private final List<Value> values = new ArrayList<>();
    private final IdentityHashMap<Variable, Map<List<Integer>, Integer>> numbers =
        new IdentityHashMap<>();
    private final Map<Source, Integer> counters = new HashMap<>();

    Reading(Graph body) {
      this.body = body;
      this.axes = LoopAxes.of(body);
    }

    LoopBody read() {
      for (int i = 0; i < body.inputs().size(); i++) {
        Input input = body.inputs().get(i);
        for (List<Integer> along : axes.of(input)) {
          put(input, along, source(input.type().dtype(), along, new Operand(i, along)));
        }
      }
      for (Variable leaf : body.leaves()) {
        if (leaf instanceof Constant constant && constant.value().size() != 1) {
          for (List<Integer> along : axes.of(leaf)) {
            put(leaf, along, source(leaf.type().dtype(), along, new Elements(constant, along)));
          }
        }
      }
      axes.applies().forEach(this::counters);
      for (Apply apply : axes.applies()) {
        if (apply.op() instanceof Reduce reduce) {
          int value = value(apply.operand(0), axes.all());
          Result result = apply.result();
          int reduced = add(result.type().dtype(), true, new Reduction(reduce.fn(), value, apply));
          axes.of(result).forEach(along -> put(result, along, reduced));
        } else if (!(apply.op() instanceof Concat)) {
          for (List<Integer> along : axes.of(apply.result())) {
            put(apply.result(), along, computed(apply, along));
          }
        }
      }
      List<Target> targets = new ArrayList<>();
      for (int i = 0; i < body.outputs().size(); i++) {
        targets(i, targets);
      }
      return new LoopBody(sources, values, targets, axes.reduced());
    }

    private void targets(int result, List<Target> targets) {
      Variable output = body.outputs().get(result);
      if (output instanceof Result made && made.apply().op() instanceof Concat(int axis)) {
        Dim start = Dim.of(0);
        for (Variable part : made.apply().operands()) {
          Dim size = part.type().dim(axis);
          targets.add(new Part(value(part, axes.ofOutput(part)), result, axis, start, size));
          start = start.plus(size);
        }
        return;
      }
      List<Integer> along = axes.ofOutput(output);
      int value = value(output, along);
      targets.add(
          output.type().shape().equals(axes.shape())
              ? new Whole(value, result)
              : new OfRows(value, result, along));
    }

    private int add(DType dtype, boolean ofRow, Origin origin) {
      values.add(new Value(values.size(), dtype, ofRow, origin));
      return values.size() - 1;
    }

    private boolean isOfRow(List<Integer> along) {
      return !axes.reduced().isEmpty() && along.stream().noneMatch(axes.reduced()::contains);
    }

    private int source(DType dtype, List<Integer> along, Source source) {
      sources.add(source);
      return add(dtype, isOfRow(along), new Read());
    }

    private void put(Variable variable, List<Integer> along, int value) {
      numbers.computeIfAbsent(variable, _ -> new HashMap<>()).put(along, value);
    }

    /// Positions and lengths are sources, which come first.
    private void counters(Apply apply) {
      switch (apply.op()) {
        case Iota iota -> {
          for (List<Integer> along : axes.of(apply.result())) {
            int axis = along.get(iota.axis());
            if (axis != LoopAxes.NONE) {
              counter(new Position(axis), List.of(axis));
            }
          }
        }
        case DimSize(Dim dim) when dim.constant().isEmpty() -> counter(new Length(dim), List.of());
        default -> {}
      }
    }

    private void counter(Source source, List<Integer> along) {
      counters.computeIfAbsent(source, made -> source(DType.I64, along, made));
    }

    private int counter(Source source) {
      return requireNonNull(counters.get(source));
    }

    private int value(Variable variable, List<Integer> along) {
      if (variable instanceof Constant constant && constant.value().size() == 1) {
        DType dtype = constant.type().dtype();
        return add(
            dtype,
            isOfRow(List.of()),
            dtype.isFloat()
                ? new Literal(constant.value().getDouble(0), 0)
                : new Literal(0, constant.value().getLong(0)));
      }
      return requireNonNull(requireNonNull(numbers.get(variable)).get(along));
    }

    private int computed(Apply apply, List<Integer> along) {
      List<Integer> before = apply.operands().isEmpty() ? List.of() : axes.ofOperands(apply, along);
      List<Integer> needed =
          apply.operands().stream().map(operand -> value(operand, before)).toList();
      DType dtype = apply.result().type().dtype();
      boolean ofRow = isOfRow(along);
      return switch (apply.op()) {
        case Broadcast _, Reshape _ -> needed.getFirst();
        case Unary op -> add(dtype, ofRow, new Step(op, needed));
        case Binary op -> add(dtype, ofRow, new Step(op, needed));
        case Compare op -> add(dtype, ofRow, new Step(op, needed));
        case Select op -> add(dtype, ofRow, new Step(op, needed));
        case Cast op -> add(dtype, ofRow, new Step(op, needed));
        case Fill(double value, _) -> add(dtype, ofRow, Literal.of(dtype, value));
        case Iota iota -> {
          int axis = along.get(iota.axis());
          yield axis == LoopAxes.NONE
              ? add(dtype, ofRow, new Literal(0, 0))
              : add(dtype, ofRow, new Step(new Cast(dtype), List.of(counter(new Position(axis)))));
        }
        case DimSize(Dim dim) ->
            dim.constant().isPresent()
                ? add(dtype, ofRow, new Literal(0, dim.constant().getAsLong()))
                : counter(new Length(dim));
        default -> throw new IllegalArgumentException("not an op in a loop: " + apply);
      };
    }
  }
}
