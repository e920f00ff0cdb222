/// What every backend decides before it runs a graph with known shapes: the order of nodes and when
/// values die, which values are views of others, where buffers lie in one block of memory; and how
/// the outcome is described. Numbers only: nothing here allocates, and nothing knows a device.
@NullMarked
package arignote.plan;

import org.jspecify.annotations.NullMarked;
