package arignote.autodiff;

import arignote.dsl.Maths;
import arignote.ir.Apply;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.Fill;
import arignote.ir.op.Pad;
import arignote.ir.op.Scatter;
import arignote.ir.op.ScatterFn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What has come back for each variable so far. One without an entry has a cotangent of zero, which
/// is never written out.
///
/// Contributions are added up, with two exceptions, for which the order of the sum is changed:
/// parts that were padded with zeros are put side by side (see [PaddedParts]), so that taking a
/// tensor apart costs no more on the way back than on the way there; and what was scattered into
/// zeros is scattered into the sum of the rest, so that a few rows of a large table cost no more
/// than those rows.
final class Cotangents {
  private static final class Sum {
    Optional<Variable> dense = Optional.empty();
    final List<Apply> padded = new ArrayList<>();
    final List<Apply> scattered = new ArrayList<>();
  }

  private final Map<Variable, Sum> sums = new HashMap<>();

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
    Sum sum = sums.computeIfAbsent(variable, _ -> new Sum());
    switch (contribution) {
      case Result result when result.apply().op() instanceof Pad pad && pad.step() == 1 ->
          sum.padded.add(result.apply());
      case Result result when isScatteredIntoZeros(result.apply()) ->
          sum.scattered.add(result.apply());
      default -> addDense(sum, contribution);
    }
  }

  private static void addDense(Sum sum, Variable contribution) {
    sum.dense =
        Optional.of(sum.dense.map(dense -> Maths.add(dense, contribution)).orElse(contribution));
  }

  private static boolean isScatteredIntoZeros(Apply apply) {
    return apply.op() instanceof Scatter scatter
        && scatter.fn() == ScatterFn.ADD
        && apply.operand(0) instanceof Result zeros
        && zeros.apply().op() instanceof Fill fill
        && fill.value() == 0;
  }

  /// The sum of what was added so far; none if that is nothing.
  Optional<Variable> of(Variable variable) {
    Sum sum = sums.get(variable);
    if (sum == null) {
      return Optional.empty();
    }
    for (Variable part : PaddedParts.join(sum.padded)) {
      addDense(sum, part);
    }
    sum.padded.clear();
    for (Apply apply : sum.scattered) {
      sum.dense = Optional.of(sum.dense.map(dense -> into(dense, apply)).orElse(apply.result()));
    }
    sum.scattered.clear();
    return sum.dense;
  }

  /// What a node scatters, scattered into something else.
  private static Variable into(Variable sum, Apply scatter) {
    return Apply.of(
            scatter.op(), List.of(sum, scatter.operand(1), scatter.operand(2)), scatter.site())
        .result();
  }
}
