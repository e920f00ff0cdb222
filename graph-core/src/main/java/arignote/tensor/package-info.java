/// Values in host memory: element types and dense, row-major, off-heap tensors. The lowest layer:
/// it knows nothing of graphs, ops or devices.
@NullMarked
package arignote.tensor;

import org.jspecify.annotations.NullMarked;
