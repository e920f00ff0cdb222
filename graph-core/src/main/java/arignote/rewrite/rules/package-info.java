/// Rewrite rules: algebra as text in `canonicalize.rules`, `stabilize.rules` and `specialize.rules`
/// (language: `Rules.g4`), read into [arignote.rewrite.rules.Rule]s, checked by a linter and
/// applied by the pass [arignote.rewrite.rules.ApplyRules]. Rules whose right side does arithmetic
/// on attributes or a varying number of operands have it in a class, a `CodedRule`; their left side
/// is text all the same. Passes that look at more than a few nodes at once do not belong here.
@NullMarked
package arignote.rewrite.rules;

import org.jspecify.annotations.NullMarked;
