/// What CUDA offers, as far as the backend needs it: what belongs here loads the driver through
/// JCuda, NVRTC and cuBLAS through `java.lang.foreign`, and turns their result codes into
/// exceptions.
///
/// Nothing here knows graphs. Whatever has a native handle is closed by whom it was made for.
@NullMarked
package arignote.backend.cuda.driver;

import org.jspecify.annotations.NullMarked;
