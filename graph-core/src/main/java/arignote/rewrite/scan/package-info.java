/// Structural passes on scans, one class each.
@NullMarked
package arignote.rewrite.scan;

import org.jspecify.annotations.NullMarked;
