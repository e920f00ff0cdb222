/// The CUDA backend: what belongs here turns a planned graph into kernels, cuBLAS calls and CUDA
/// graphs.
///
/// Nothing here knows gradients or another backend, and only `driver` may load CUDA's libraries.
@NullMarked
package arignote.backend.cuda;

import org.jspecify.annotations.NullMarked;
