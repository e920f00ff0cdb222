package arignote.rewrite.rules;

import arignote.ir.Dim;
import arignote.ir.TensorType;
import arignote.ir.op.Broadcast;
import arignote.ir.op.CoreOp;
import arignote.ir.op.Cumulate;
import arignote.ir.op.CumulateFn;
import arignote.ir.op.Named;
import arignote.ir.op.Pad;
import arignote.ir.op.ReduceFn;
import arignote.ir.op.Slice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// Attributes that fit an operand, drawn one after another.
final class RandomAttributes {
  private final RandomGenerator random;
  private final TensorType operand;

  RandomAttributes(RandomGenerator random, TensorType operand) {
    this.random = random;
    this.operand = operand;
  }

  /// @param given what is drawn already
  Object draw(Class<? extends CoreOp> op, String name, Map<String, Object> given) {
    return switch (name) {
      case "permutation" -> permutation();
      case "shape" -> op == Broadcast.class ? broadcastShape() : reshapedShape();
      case "axis" -> (long) random.nextInt(Math.max(1, operand.rank()));
      case "axes" -> axes();
      case "fn" -> any(op == Cumulate.class ? CumulateFn.values() : ReduceFn.values());
      case "reverse" -> random.nextBoolean();
      case "start" -> start();
      case "size" -> size(op, given);
      case "step" -> List.of(1L, 1L, 1L, 2L, -1L).get(random.nextInt(5));
      case "batch" -> 0L;
      case "alpha", "beta" -> List.of(1.0, -1.0, 0.5, 0.1, 3.0).get(random.nextInt(5));
      default -> throw new RuleInstance.Misfit("no way to draw " + name);
    };
  }

  private Named any(Named[] functions) {
    return functions[random.nextInt(functions.length)];
  }

  private List<Long> permutation() {
    List<Long> axes =
        new ArrayList<>(IntStream.range(0, operand.rank()).mapToObj(axis -> (long) axis).toList());
    Collections.shuffle(axes, Random.from(random));
    return axes;
  }

  private List<Long> axes() {
    boolean all = random.nextInt(3) == 0;
    return IntStream.range(0, operand.rank())
        .filter(_ -> all || random.nextBoolean())
        .mapToObj(axis -> (long) axis)
        .toList();
  }

  private Dim start() {
    return random.nextInt(6) == 0 ? Dim.symbol("B").minus(1) : Dim.of(random.nextInt(3));
  }

  private Dim size(Class<? extends CoreOp> op, Map<String, Object> given) {
    long axis = (Long) given.getOrDefault("axis", 0L);
    Dim length = axis < operand.rank() ? operand.dim((int) axis) : Dim.of(1);
    if (op == Pad.class) {
      return length.plus(random.nextInt(4));
    }
    if (op != Slice.class) {
      throw new RuleInstance.Misfit("no way to draw a size");
    }
    return random.nextBoolean() ? length : Dim.of(random.nextInt(3));
  }

  private List<Dim> broadcastShape() {
    List<Dim> shape = new ArrayList<>();
    for (Dim dim : operand.shape()) {
      shape.add(dim.is(1) && random.nextBoolean() ? newDim() : dim);
    }
    for (int more = random.nextInt(3); more > 0; more--) {
      shape.addFirst(newDim());
    }
    return shape;
  }

  private Dim newDim() {
    return switch (random.nextInt(4)) {
      case 0 -> Dim.of(1);
      case 1 -> Dim.symbol("B");
      default -> Dim.of(random.nextInt(1, 4));
    };
  }

  private List<Dim> reshapedShape() {
    List<Dim> shape = new ArrayList<>(operand.shape());
    for (int changes = random.nextInt(3); changes >= 0; changes--) {
      switch (random.nextInt(4)) {
        case 0 -> shape.add(random.nextInt(shape.size() + 1), Dim.of(1));
        case 1 -> shape.removeIf(dim -> dim.is(1));
        case 2 -> {
          if (shape.size() > 1) {
            shape.set(0, shape.get(0).times(shape.remove(1)));
          }
        }
        default -> shape.addFirst(Dim.of(1));
      }
    }
    return shape;
  }
}
