/// What a program shows while it works: lines, and on a terminal a bar below them.
@NullMarked
package arignote.examples.terminal;

import org.jspecify.annotations.NullMarked;
