/// What is printed of graphs, read back.
@NullMarked
package arignote.tests.inspect;

import org.jspecify.annotations.NullMarked;
