package arignote.backend.cuda;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Cond;
import arignote.ir.op.Scan;
import arignote.tensor.DType;
import java.util.List;
import java.util.OptionalInt;

/// Finds loops that end at a condition: a carry that, once true, stays so, and with it all that the
/// steps do. The steps behind it need not be run, as each does what the one before did.
final class Until {
  private final Scan scan;

  /// The conditional that a step is.
  private final Apply step;

  private Until(Scan scan, Apply step) {
    this.scan = scan;
    this.step = step;
  }

  /// Which carry says that the steps behind need not be run; empty if none does.
  static OptionalInt flag(Scan scan) {
    for (int i = 0; i < scan.carries(); i++) {
      Input carry = scan.carryInputs().get(i);
      if (carry.type().equals(TensorType.scalar(DType.BOOL))
          && scan.nextCarries().get(i) instanceof Result next
          && next.apply().op() instanceof Cond
          && next.apply().operand(0) == carry
          && new Until(scan, next.apply()).holds()) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  /// Whether nothing changes once the predicate is true.
  private boolean holds() {
    for (int i = 0; i < scan.carries(); i++) {
      if (whenTrue(scan.nextCarries().get(i)) != scan.carryInputs().get(i)) {
        return false;
      }
    }
    return scan.stackedOutputs().stream().allMatch(stacked -> isFixed(whenTrue(stacked)));
  }

  /// What a value is if the predicate is true: itself, or what the conditional then hands through.
  private Variable whenTrue(Variable value) {
    if (value instanceof Result result && result.apply() == step) {
      Cond cond = (Cond) step.op();
      Variable output = cond.then().outputs().get(step.results().indexOf(result));
      int input = output instanceof Input given ? cond.then().inputs().indexOf(given) : -1;
      return input < 0 ? output : step.operand(input + 1);
    }
    return value;
  }

  /// Whether a value is the same in all steps if the carries are.
  private boolean isFixed(Variable value) {
    return value instanceof Constant
        || (value instanceof Input input && !isElement(scan.elementInputs(), input));
  }

  private static boolean isElement(List<Input> elements, Input input) {
    return elements.stream().anyMatch(element -> element == input);
  }
}
