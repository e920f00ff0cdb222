/// Tests of what is shown while a program works.
@NullMarked
package arignote.examples.terminal;

import org.jspecify.annotations.NullMarked;
