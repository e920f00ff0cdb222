/// Gradients as graphs: reverse-mode differentiation that builds ordinary nodes out of ordinary
/// ops, one file of rules per op family. Optimisers belong in `optim`, numeric checks in `testing`;
/// nothing here runs a graph.
@NullMarked
package arignote.autodiff;

import org.jspecify.annotations.NullMarked;
