/// What kernels work on, and what they compute, before it is text: memory known by a number, views
/// of it, loops.
///
/// Nothing here knows CUDA C or the driver.
@NullMarked
package arignote.backend.cuda.kernel;

import org.jspecify.annotations.NullMarked;
