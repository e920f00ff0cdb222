/// The sentiment tutorial's model against recordings of the original script.
@NullMarked
package arignote.tests.tutorial;

import org.jspecify.annotations.NullMarked;
