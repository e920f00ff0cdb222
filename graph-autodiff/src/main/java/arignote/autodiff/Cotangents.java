package arignote.autodiff;

import arignote.dsl.Maths;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.Fill;
import arignote.ir.op.Scatter;
import arignote.ir.op.ScatterFn;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;

/// What has come back for each variable so far. One without an entry has a cotangent of zero, which
/// is never written out.
final class Cotangents {
  private final Map<Variable, Variable> sums = new IdentityHashMap<>();

  Optional<Variable> of(Variable variable) {
    return Optional.ofNullable(sums.get(variable));
  }

  boolean has(Variable variable) {
    return sums.containsKey(variable);
  }

  /// Adds to a variable's cotangent.
  void add(Variable variable, Variable contribution) {
    if (!contribution.type().equals(variable.type())) {
      throw new IllegalStateException(
          "a variable of type %s got a cotangent of type %s"
              .formatted(variable.type(), contribution.type()));
    }
    Variable sum = sums.get(variable);
    sums.put(variable, sum == null ? contribution : sum(sum, contribution));
  }

  /// `sum + contribution`; what was scattered into zeros is scattered into the sum instead, so that a
  /// few rows of a large table cost no more than those rows.
  private static Variable sum(Variable sum, Variable contribution) {
    return contribution instanceof Result result
            && result.apply().op() instanceof Scatter(ScatterFn fn, int axis, int batch)
            && fn == ScatterFn.ADD
            && isZero(result.apply().operand(0))
        ? Ops.apply(
            new Scatter(fn, axis, batch),
            sum,
            result.apply().operand(1),
            result.apply().operand(2))
        : Maths.add(sum, contribution);
  }

  private static boolean isZero(Variable variable) {
    return variable instanceof Result result
        && result.apply().op() instanceof Fill fill
        && fill.value() == 0;
  }
}
