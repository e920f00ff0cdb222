/// Tensors in files: NumPy's `.npy` and `.npz`. Damaged or foreign files are refused with a message
/// that names the file, never with anything worse; nothing is ever unpickled. Files are written as
/// a whole or not at all.
@NullMarked
package arignote.io;

import org.jspecify.annotations.NullMarked;
