/// CUDA C: what belongs here turns loops and the like into the text of kernels.
///
/// Texts depend on what is computed and on which strides are 0 or 1, not on sizes, so that one
/// compiled kernel serves many shapes. `prelude.cu` is what all of them share, `together.cu` what
/// those share whose blocks wait for each other.
@NullMarked
package arignote.backend.cuda.codegen;

import org.jspecify.annotations.NullMarked;
