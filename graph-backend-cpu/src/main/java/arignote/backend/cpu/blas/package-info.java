/// OpenBLAS: the only package that knows `org.bytedeco`. Calls are prepared once and then take
/// addresses, so that a call in a loop allocates nothing.
@NullMarked
package arignote.backend.cpu.blas;

import org.jspecify.annotations.NullMarked;
