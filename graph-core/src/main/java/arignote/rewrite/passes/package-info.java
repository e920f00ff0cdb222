/// Structural passes on any graph, one class each.
@NullMarked
package arignote.rewrite.passes;

import org.jspecify.annotations.NullMarked;
