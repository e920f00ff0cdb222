/// Rewriting graphs: the interface of passes, the pipelines that order them, dumps. The passes
/// themselves are in `arignote.rewrite.passes` and, for loops, `arignote.rewrite.scan`.
@NullMarked
package arignote.rewrite;

import org.jspecify.annotations.NullMarked;
