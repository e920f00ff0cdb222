/// Tests of the CUDA backend, on a stand-in for the driver where there is no GPU.
///
/// These, and all others named `Cuda...Test`, run in a JVM of their own, as what has been loaded
/// stays loaded.
@NullMarked
package arignote.tests.cuda;

import org.jspecify.annotations.NullMarked;
