/// Optimisers: from parameters and their gradients, the updates of shared variables that a training
/// function makes in each call. All new values are computed from old ones.
@NullMarked
package arignote.autodiff.optim;

import org.jspecify.annotations.NullMarked;
