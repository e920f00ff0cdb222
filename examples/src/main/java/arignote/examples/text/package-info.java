/// Words out of English texts; nothing here knows what they are for.
@NullMarked
package arignote.examples.text;

import org.jspecify.annotations.NullMarked;
