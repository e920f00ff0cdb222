package arignote.rewrite.rules;

import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.Concat;
import arignote.ir.op.Transpose;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Tensors transposed alike and put together are put together first: copying rows is faster, and a
/// product reads its operand transposed at no cost.
///
/// ```
/// %0 = transpose(%x) {permutation=[1, 0]} : f32[4,2]      =>     %0 = concat(%x, %y) {axis=1} : f32[2,8]
/// %1 = transpose(%y) {permutation=[1, 0]} : f32[4,2]             %1 = transpose(%0) {permutation=[1, 0]} : f32[8,2]
/// %2 = concat(%0, %1) {axis=0} : f32[8,2]
/// ```
final class ConcatOfTransposes implements CodedRule {
  @Override
  public Optional<Variable> rewrite(Match match, Construction make) {
    int axis = ((Concat) match.root().op()).axis();
    List<Variable> parts = new ArrayList<>();
    Optional<Transpose> common = Optional.empty();
    for (Variable operand : match.root().operands()) {
      if (!(operand instanceof Result part && part.apply().op() instanceof Transpose transpose)
          || !common.orElse(transpose).equals(transpose)) {
        return Optional.empty();
      }
      common = Optional.of(transpose);
      parts.add(part.apply().operand(0));
    }
    return common.map(transpose ->
        make.apply(transpose, make.apply(new Concat(transpose.permutation().get(axis)), parts)));
  }
}
