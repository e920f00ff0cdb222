/// What generated kernels compute, as data: elementwise loops built from graphs, their composite
/// functions expanded, and their division into stages that one method each can run. Nothing here
/// knows bytecode or memory; `arignote.backend.cpu.codegen` writes the stages down.
@NullMarked
package arignote.backend.cpu.kernel;

import org.jspecify.annotations.NullMarked;
