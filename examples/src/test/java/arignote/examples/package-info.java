/// Tests of the example programs as a user runs them.
@NullMarked
package arignote.examples;

import org.jspecify.annotations.NullMarked;
