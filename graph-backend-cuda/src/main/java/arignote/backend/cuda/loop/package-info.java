/// A loop over time as one kernel: what belongs here says which block of threads does what of each
/// step, where blocks have to wait for each other, what lies on the chip, and what that may cost.
/// Its text is made in `codegen`, what leads here in `arignote.backend.cuda`.
@NullMarked
package arignote.backend.cuda.loop;

import org.jspecify.annotations.NullMarked;
