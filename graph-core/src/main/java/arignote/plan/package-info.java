/// What every backend decides before it runs a graph with known shapes: the order of nodes and when
/// values die, which values are views of others and which may be written over others, what a loop
/// computes at each position, where buffers lie in one block of memory; and how the outcome is
/// described. Numbers only: nothing here allocates memory, and nothing knows a device or what an
/// instruction does.
@NullMarked
package arignote.plan;

import org.jspecify.annotations.NullMarked;
