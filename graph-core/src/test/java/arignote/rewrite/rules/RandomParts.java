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
import arignote.ir.op.Transpose;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// Operands of concatenations: slices, transposes and concatenations themselves.
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
    return switch (random.nextInt(3)) {
      case 0 -> make(new Slice(axis, Dim.of(random.nextInt(2)), Dim.of(1), 1), x);
      case 1 -> make(new Concat(axis), x, input.apply(type));
      default -> transposed(x);
    };
  }

  /// With the axes reversed.
  private static Variable transposed(Variable x) {
    List<Integer> axes = IntStream.range(0, x.type().rank()).boxed().toList();
    return make(new Transpose(axes.reversed()), x);
  }

  /// The slice beside a slice, a transpose after a transpose.
  static Variable next(
      RandomGenerator random, Function<TensorType, ? extends Variable> input, Variable previous) {
    if (previous instanceof Result result
        && result.apply().op() instanceof Slice(int axis, Dim start, Dim size, long step)) {
      return make(
          new Slice(axis, start.plus(size.times(step)), size, step), result.apply().operand(0));
    }
    if (previous instanceof Result result
        && result.apply().op() instanceof Transpose
        && random.nextBoolean()) {
      return transposed(input.apply(result.apply().operand(0).type()));
    }
    return part(random, input, previous.type());
  }
}
