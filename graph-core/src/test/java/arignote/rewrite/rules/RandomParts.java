package arignote.rewrite.rules;

import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.Result;
import arignote.ir.Site;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Concat;
import arignote.ir.op.Op;
import arignote.ir.op.Slice;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// Operands of concatenations: slices and concatenations themselves.
final class RandomParts {
  private RandomParts() {}

  private static Variable make(Op op, Variable... operands) {
    return Apply.of(op, List.of(operands), Site.UNKNOWN).result();
  }

  static Variable part(
      RandomGenerator random, Function<TensorType, ? extends Variable> input, TensorType type) {
    if (type.isScalar()) {
      throw new RuleInstance.Misfit("scalars have no parts");
    }
    int axis = random.nextInt(type.rank());
    Variable x = input.apply(type);
    return random.nextBoolean()
        ? make(new Slice(axis, Dim.of(random.nextInt(2)), Dim.of(1), 1), x)
        : make(new Concat(axis), x, input.apply(type));
  }

  /// The slice beside a slice.
  static Variable next(
      RandomGenerator random, Function<TensorType, ? extends Variable> input, Variable previous) {
    if (previous instanceof Result result
        && result.apply().op() instanceof Slice(int axis, Dim start, Dim size, long step)) {
      return make(
          new Slice(axis, start.plus(size.times(step)), size, step), result.apply().operand(0));
    }
    return part(random, input, previous.type());
  }
}
