package arignote.rewrite.rules;

import arignote.ir.Apply;
import arignote.ir.Variable;
import arignote.ir.op.Compare;
import arignote.ir.op.Op;
import java.util.Optional;

/// A constant operand goes to the right; a comparison turns round.
///
/// ```
/// %1 = lt(%0, %x) : bool[B]     =>     %1 = gt(%x, %0) : bool[B]
/// ```
final class ConstantRight implements CodedRule {
  @Override
  public Optional<Variable> rewrite(Match match, Construction make) {
    Apply root = match.root();
    Op exchanged =
        root.op() instanceof Compare(var fn) ? new Compare(OpGroup.exchanged(fn)) : root.op();
    return Optional.of(make.apply(exchanged, root.operands().reversed()));
  }
}
