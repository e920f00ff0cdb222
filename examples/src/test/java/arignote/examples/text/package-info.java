/// Tests of the tokeniser.
@NullMarked
package arignote.examples.text;

import org.jspecify.annotations.NullMarked;
