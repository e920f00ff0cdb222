/// Tests of reviews, options and the training loop; the model itself is tested where a backend is.
@NullMarked
package arignote.examples.imdb;

import org.jspecify.annotations.NullMarked;
