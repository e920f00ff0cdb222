/// Complete programs, each with a `main` and readable from top to bottom. Only what belongs to a
/// program itself is here; the sentiment tutorial's data, options and training loop are in
/// `arignote.examples.imdb`.
@NullMarked
package arignote.examples;

import org.jspecify.annotations.NullMarked;
