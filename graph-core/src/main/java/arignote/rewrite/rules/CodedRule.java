package arignote.rewrite.rules;

import arignote.ir.Variable;
import java.util.Optional;

/// The right side of a rule in Java, for what text cannot say: operands of any number, or
/// arithmetic beyond [AttributeFunction]. The rule file names its class.
interface CodedRule {
  /// What takes the place of a match; nothing if the rule does not fire after all, which is to be
  /// found out before anything is built.
  Optional<Variable> rewrite(Match match, Construction make);
}
