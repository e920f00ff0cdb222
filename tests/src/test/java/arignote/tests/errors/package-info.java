/// What messages say about ordinary mistakes.
@NullMarked
package arignote.tests.errors;

import org.jspecify.annotations.NullMarked;
