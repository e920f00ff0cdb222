/// Pictures of curves, as PNG and SVG files.
@NullMarked
package arignote.examples.chart;

import org.jspecify.annotations.NullMarked;
