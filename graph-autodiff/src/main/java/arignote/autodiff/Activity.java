package arignote.autodiff;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Cond;
import arignote.ir.op.Op;
import arignote.ir.op.Scan;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/// The variables that depend on some sources by a path of floats: those that gradients flow
/// through. Integers and bools end a path.
final class Activity {
  /// Which paths count.
  enum Paths {
    /// All: a source at their end is connected, if only by a gradient of zero.
    CONNECTED,
    /// Those whose gradient is not zero everywhere, as it is through `floor`.
    VARIED
  }

  private final Set<Variable> active = identitySet();
  private final Set<Variable> constants = identitySet();
  private final Paths paths;

  private Activity(
      Collection<? extends Variable> sources,
      Collection<? extends Variable> constants,
      Paths paths) {
    this.paths = paths;
    this.constants.addAll(constants);
    active.addAll(sources);
  }

  private static <T> Set<T> identitySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  /// What depends on the sources among the results of nodes that are in order.
  static Activity of(List<Apply> applies, Collection<? extends Variable> sources, Paths paths) {
    return of(applies, sources, List.of(), paths);
  }

  /// What depends on the sources by paths that avoid some results, except those that are sources.
  static Activity of(
      List<Apply> applies,
      Collection<? extends Variable> sources,
      Collection<? extends Variable> constants,
      Paths paths) {
    Activity activity = new Activity(sources, constants, paths);
    applies.forEach(activity::visit);
    return activity;
  }

  /// What depends, in the body of a scan, on the operands with certain numbers; a carry does from
  /// the second step on if the first made it so.
  static Activity ofBody(Scan scan, IntPredicate isActive, Paths paths) {
    Set<Input> sources = identitySet();
    for (int i = 0; i < scan.body().inputs().size(); i++) {
      if (isActive.test(i)) {
        sources.add(scan.body().inputs().get(i));
      }
    }
    List<Apply> applies = scan.body().applies();
    while (true) {
      Activity activity = of(applies, sources, paths);
      boolean grown = false;
      for (int i = 0; i < scan.carries(); i++) {
        grown |=
            activity.contains(scan.nextCarries().get(i)) && sources.add(scan.carryInputs().get(i));
      }
      if (!grown) {
        return activity;
      }
    }
  }

  boolean contains(Variable variable) {
    return active.contains(variable);
  }

  boolean containsAny(List<? extends Variable> variables) {
    return variables.stream().anyMatch(active::contains);
  }

  private void visit(Apply apply) {
    if (!containsAny(apply.operands())) {
      return;
    }
    if (apply.op() instanceof Scan scan) {
      Activity body = ofBody(scan, i -> contains(apply.operand(i)), paths);
      for (Result result : apply.results()) {
        // The carry's input counts too: after no steps the carry is the initial one.
        boolean carried =
            result.index() < scan.carries()
                && body.contains(scan.carryInputs().get(result.index()));
        if (carried || body.contains(scan.body().outputs().get(result.index()))) {
          activate(result);
        }
      }
    } else if (apply.op() instanceof Cond cond) {
      for (Graph branch : cond.innerGraphs()) {
        List<Input> sources = new ArrayList<>();
        for (int i = 0; i < branch.inputs().size(); i++) {
          if (contains(apply.operand(i + 1))) {
            sources.add(branch.inputs().get(i));
          }
        }
        Activity inside = of(branch.applies(), sources, paths);
        apply.results().stream()
            .filter(result -> inside.contains(branch.outputs().get(result.index())))
            .forEach(this::activate);
      }
    } else if (paths == Paths.CONNECTED || !isPiecewiseConstant(apply.op())) {
      for (Result result : apply.results()) {
        if (result.type().dtype().isFloat()) {
          activate(result);
        }
      }
    }
  }

  private void activate(Result result) {
    if (!constants.contains(result)) {
      active.add(result);
    }
  }

  /// Which active variables cotangents can reach that start at some others.
  ///
  /// @param applies the nodes to go back through, in order
  Set<Variable> reachedFrom(List<Apply> applies, Collection<? extends Variable> starts) {
    Set<Variable> reached = identitySet();
    starts.stream().filter(active::contains).forEach(reached::add);
    for (Apply apply : applies.reversed()) {
      List<Result> results = apply.results().stream().filter(reached::contains).toList();
      if (results.isEmpty() || isPiecewiseConstant(apply.op())) {
        continue;
      }
      if (apply.op() instanceof Scan scan) {
        Activity body = ofBody(scan, i -> contains(apply.operand(i)), paths);
        Set<Variable> inside =
            body.reachedInBody(scan, results.stream().map(Result::index).toList());
        for (int i = 0; i < apply.operands().size(); i++) {
          if (inside.contains(scan.body().inputs().get(i)) && contains(apply.operand(i))) {
            reached.add(apply.operand(i));
          }
        }
      } else {
        apply.operands().stream().filter(active::contains).forEach(reached::add);
      }
    }
    return reached;
  }

  /// What cotangents of some results of a scan can reach in its body, this being the activity
  /// there: from step to step too, through the carries.
  Set<Variable> reachedInBody(Scan scan, List<Integer> results) {
    List<Apply> applies = scan.body().applies();
    Set<Variable> starts = identitySet();
    Set<Variable> carried = identitySet();
    for (int result : results) {
      starts.add(scan.body().outputs().get(result));
      if (result < scan.carries()) {
        carried.add(scan.carryInputs().get(result));
      }
    }
    while (true) {
      Set<Variable> reached = reachedFrom(applies, starts);
      boolean grown = false;
      for (int i = 0; i < scan.carries(); i++) {
        Input carry = scan.carryInputs().get(i);
        if (reached.contains(carry) && carried.add(carry)) {
          starts.add(scan.nextCarries().get(i));
          grown = true;
        }
      }
      if (!grown) {
        carried.stream().filter(active::contains).forEach(reached::add);
        return reached;
      }
    }
  }

  /// Whether an op's derivative is zero wherever it exists.
  static boolean isPiecewiseConstant(Op op) {
    return switch (op) {
      case Unary(UnaryFn fn) ->
          switch (fn) {
            case SIGN, FLOOR, CEIL, ROUND, ISNAN, ISINF, NOT -> true;
            case NEG, ABS, EXP, EXPM1, LOG, LOG1P, SQRT, RSQRT, SQUARE, RECIPROCAL -> false;
            case SIN, COS, TAN, ASIN, ACOS, ATAN, SINH, COSH, TANH -> false;
            case ERF, ERFC, SIGMOID, SOFTPLUS, RELU -> false;
          };
      case Binary(BinaryFn fn) ->
          switch (fn) {
            case FLOORDIV, AND, OR, XOR -> true;
            case ADD, SUB, MUL, DIV, MOD, POW, MINIMUM, MAXIMUM, ATAN2 -> false;
          };
      case GradientGate.StopGradient _ -> true;
      default -> false;
    };
  }
}
