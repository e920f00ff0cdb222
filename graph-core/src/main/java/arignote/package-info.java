/// Arignote, a compiler for symbolic tensor graphs. The root package holds what every other package
/// shares: the common type of the errors that a user can cause, and nothing else.
@NullMarked
package arignote;

import org.jspecify.annotations.NullMarked;
