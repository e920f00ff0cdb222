package arignote.autodiff;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Result;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.ArgReduce;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Cast;
import arignote.ir.op.Compare;
import arignote.ir.op.Concat;
import arignote.ir.op.Cond;
import arignote.ir.op.Cumulate;
import arignote.ir.op.CustomOp;
import arignote.ir.op.DimSize;
import arignote.ir.op.Dot;
import arignote.ir.op.Fill;
import arignote.ir.op.Fused;
import arignote.ir.op.Gather;
import arignote.ir.op.Gemm;
import arignote.ir.op.Iota;
import arignote.ir.op.Pad;
import arignote.ir.op.Random;
import arignote.ir.op.Reduce;
import arignote.ir.op.Reshape;
import arignote.ir.op.Scan;
import arignote.ir.op.Scatter;
import arignote.ir.op.Select;
import arignote.ir.op.Slice;
import arignote.ir.op.Transpose;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the steps of a scan have to keep for its gradient: as little as possible.
///
/// The step back reads values of the step forward. Elements of sequences, and what the scan stacks
/// anyway, it can read again. Of the rest it computes again what costs next to nothing (a broadcast
/// of the mask), but no product, reduction or transcendental function; everything else has to come
/// from values that each step forward stacks. Which are the cheapest is a minimum cut in the
/// network of values between the step forward and the step back: through a value goes an edge that
/// costs what stacking it does, into it one that costs what computing it again does.
final class Residuals {
  /// What one value of a symbol is assumed to be, where it decides what is smaller.
  private static final long TYPICAL_LENGTH = 32;

  /// Costs are in bytes of memory traffic for one element.
  private static final int FREE = 0;

  private static final int ARITHMETIC = 1;
  private static final int DIVISION = 4;
  private static final int NEVER = -1;

  private final Set<Variable> varying = identitySet();
  private final Set<Variable> available = identitySet();
  private final Set<Apply> forward = identitySet();
  private final List<Apply> applies;
  private final List<Variable> kept;

  /// @param gradients what the step back computes, of the body's variables and the placeholders
  /// @param placeholders the step back's own inputs
  Residuals(Scan scan, List<Variable> gradients, Collection<? extends Variable> placeholders) {
    applies = Graph.appliesOf(gradients);
    forward.addAll(scan.body().applies());
    varying.addAll(scan.elementInputs());
    varying.addAll(scan.carryInputs());
    available.addAll(scan.elementInputs());
    available.addAll(scan.stackedOutputs());
    Set<Variable> chosen = keep(needed(gradients, placeholders));
    List<Variable> ordered = new ArrayList<>(scan.carryInputs());
    applies.forEach(apply -> ordered.addAll(apply.results()));
    kept = ordered.stream().filter(chosen::contains).toList();
  }

  private static <T> Set<T> identitySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  /// The variables to stack in addition to those that the scan stacks already, in order of
  /// computation.
  List<Variable> kept() {
    return kept;
  }

  /// Whether a variable that gradients are computed from differs from step to step.
  boolean varies(Variable variable) {
    return varying.contains(variable);
  }

  /// The values that differ from step to step and that something reads which has to wait for the
  /// step back.
  private Set<Variable> needed(
      List<Variable> gradients, Collection<? extends Variable> placeholders) {
    Set<Variable> waiting = identitySet();
    waiting.addAll(placeholders);
    Set<Variable> needed = new LinkedHashSet<>();
    for (Apply apply : applies) {
      if (apply.operands().stream().anyMatch(waiting::contains)) {
        waiting.addAll(apply.results());
        apply.operands().stream().filter(varying::contains).forEach(needed::add);
      } else if (apply.operands().stream().anyMatch(varying::contains)) {
        varying.addAll(apply.results());
      }
    }
    gradients.stream().filter(varying::contains).forEach(needed::add);
    return needed;
  }

  private Set<Variable> keep(Set<Variable> needed) {
    Set<Variable> kept = identitySet();
    List<Variable> open = new ArrayList<>();
    for (Variable variable : needed) {
      if (!available.contains(variable)) {
        (costAgain(variable) == NEVER ? kept : open).add(variable);
      }
    }
    available.addAll(kept);
    kept.addAll(cheapest(open));
    return kept;
  }

  /// A value and its two nodes of the network: it is kept if the edge between them is cut.
  private record Value(Variable variable, int in, int out) {}

  /// The cheapest values to keep from which the others in need can be computed again.
  private List<Variable> cheapest(List<Variable> open) {
    MinimumCut network = new MinimumCut();
    Map<Variable, Value> values = new LinkedHashMap<>();
    Deque<Value> waiting = new ArrayDeque<>();
    for (Variable variable : open) {
      Value value = value(variable, network, values, waiting);
      network.addEdge(value.out, MinimumCut.SINK, MinimumCut.INFINITE);
    }
    while (!waiting.isEmpty()) {
      Value value = waiting.remove();
      long again = costAgain(value.variable);
      network.addEdge(MinimumCut.SOURCE, value.in, again == NEVER ? MinimumCut.INFINITE : again);
      if (again != NEVER && value.variable instanceof Result result) {
        for (Variable operand : result.apply().operands()) {
          if (varying.contains(operand) && !available.contains(operand)) {
            Value needed = value(operand, network, values, waiting);
            network.addEdge(needed.out, value.in, MinimumCut.INFINITE);
          }
        }
      }
    }
    BitSet forwardSide = network.sourceSide();
    return values.values().stream()
        .filter(value -> forwardSide.get(value.in) && !forwardSide.get(value.out))
        .map(Value::variable)
        .toList();
  }

  private static Value value(
      Variable variable, MinimumCut network, Map<Variable, Value> values, Deque<Value> waiting) {
    return values.computeIfAbsent(
        variable,
        _ -> {
          Value added = new Value(variable, network.addNode(), network.addNode());
          network.addEdge(added.in, added.out, costKept(variable.type()));
          waiting.add(added);
          return added;
        });
  }

  /// Keeping a value means writing it and reading it again.
  private static long costKept(TensorType type) {
    return 2L * type.dtype().bytes() * elements(type);
  }

  private static long elements(TensorType type) {
    long limit = 1L << 40;
    long elements;
    try {
      elements = type.size().evaluate(_ -> TYPICAL_LENGTH);
    } catch (ArithmeticException e) {
      elements = limit;
    }
    return Math.clamp(elements, 1, limit);
  }

  /// What computing a value again costs, if its operands are there.
  private long costAgain(Variable variable) {
    if (!(variable instanceof Result result)) {
      return NEVER;
    }
    int each = costAgain(result.apply());
    return each == NEVER ? NEVER : each * elements(variable.type());
  }

  private int costAgain(Apply apply) {
    // What only the gradient asks for is computed once wherever that is.
    boolean first = !forward.contains(apply);
    return switch (apply.op()) {
      case Fill _, Iota _, DimSize _, Broadcast _, Reshape _, Transpose _, Slice _ -> FREE;
      case Cast _, Compare _, Select _, Pad _, Concat _, Gather _ -> first ? FREE : ARITHMETIC;
      case Unary(UnaryFn fn) -> first ? FREE : costAgain(fn);
      case Binary(BinaryFn fn) -> first ? FREE : costAgain(fn);
      case Reduce _, ArgReduce _, Cumulate _, Dot _, Gemm _, Scatter _, Random _ -> NEVER;
      case GradientGate _ -> FREE;
      case Scan _, Cond _, Fused _, CustomOp _ -> NEVER;
    };
  }

  private static int costAgain(UnaryFn fn) {
    return switch (fn) {
      case NEG, ABS, SIGN, SQUARE, RELU, FLOOR, CEIL, ROUND, ISNAN, ISINF, NOT -> ARITHMETIC;
      case RECIPROCAL -> DIVISION;
      case EXP, EXPM1, LOG, LOG1P, SQRT, RSQRT, ERF, ERFC, SIGMOID, SOFTPLUS -> NEVER;
      case SIN, COS, TAN, ASIN, ACOS, ATAN, SINH, COSH, TANH -> NEVER;
    };
  }

  private static int costAgain(BinaryFn fn) {
    return switch (fn) {
      case ADD, SUB, MUL, MINIMUM, MAXIMUM, AND, OR, XOR -> ARITHMETIC;
      case DIV, FLOORDIV, MOD -> DIVISION;
      case POW, ATAN2 -> NEVER;
    };
  }
}
