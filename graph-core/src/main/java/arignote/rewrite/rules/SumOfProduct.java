package arignote.rewrite.rules;

import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.Result;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Reduce;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// A factor or divisor that is the same for all terms of a sum is applied to the sum.
///
/// ```
/// %0 = broadcast(%c) {shape=[T,B]} : f32[T,B]     =>     %0 = sum(%x) {axes=[0]} : f32[B]
/// %1 = mul(%x, %0) : f32[T,B]                            %1 = mul(%0, %c) : f32[B]
/// %2 = sum(%1) {axes=[0]} : f32[B]
/// ```
final class SumOfProduct implements CodedRule {
  /// Constants beyond could make the sum overflow or underflow where the terms do not.
  private static final double LARGEST = 0x1p20;

  @Override
  public Optional<Variable> rewrite(Match match, Construction make) {
    Reduce sum = (Reduce) match.root().op();
    Apply inner = ((Result) match.root().operand(0)).apply();
    BinaryFn fn = ((Binary) inner.op()).fn();
    List<Dim> shape = match.rootType().shape();
    for (int i = fn == BinaryFn.MUL ? 0 : 1; i < 2; i++) {
      if (!isHarmless(fn, inner.operand(i), sum.axes(), match.facts())) {
        continue;
      }
      Optional<Variable> factor = constantAlong(sum.axes(), inner.operand(i), shape, make);
      if (factor.isPresent()) {
        Variable rest = make.apply(sum, inner.operand(1 - i));
        return Optional.of(make.binary(fn, rest, factor.get()));
      }
    }
    return Optional.empty();
  }

  /// The sum of no terms is 0, whatever their factor is: it has to stay 0 if there may be none.
  private static boolean isHarmless(BinaryFn fn, Variable factor, List<Integer> axes, Facts facts) {
    Range range = facts.range(factor);
    return (range.defined() && (fn == BinaryFn.MUL || range.nonzero()))
        || axes.stream().allMatch(axis -> factor.type().dim(axis).minus(1).isNonNegative());
  }

  /// What is repeated along all of the axes, without them.
  private static Optional<Variable> constantAlong(
      List<Integer> axes, Variable factor, List<Dim> shape, Construction make) {
    OptionalDouble value = Splat.valueOf(factor);
    if (value.isPresent()) {
      double magnitude = Math.abs(value.getAsDouble());
      return magnitude <= LARGEST && magnitude >= 1 / LARGEST
          ? Optional.of(
              make.literal(value.getAsDouble(), new TensorType(factor.type().dtype(), shape)))
          : Optional.empty();
    }
    if (!(factor instanceof Result result) || !(result.apply().op() instanceof Broadcast)) {
      return Optional.empty();
    }
    Variable source = result.apply().operand(0);
    int added = factor.type().rank() - source.type().rank();
    List<Dim> kept = new ArrayList<>();
    for (int axis = 0; axis < factor.type().rank(); axis++) {
      boolean own = axis >= added && !source.type().dim(axis - added).is(1);
      if (axes.contains(axis)) {
        if (own) {
          return Optional.empty();
        }
      } else if (axis >= added) {
        kept.add(source.type().dim(axis - added));
      }
    }
    return Optional.of(make.broadcast(make.reshape(source, kept), shape));
  }
}
