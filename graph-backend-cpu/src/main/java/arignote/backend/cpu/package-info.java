/// The CPU backend. [CpuBackend] compiles programs; a call binds lengths to the symbols, and for
/// each set of lengths the program is prepared once: nodes become views or instructions, values get
/// places in one block of memory. What the instructions' inner loops are is in `.kernel`, how they
/// become bytecode in `.codegen`, matrix products in `.blas`.
@NullMarked
package arignote.backend.cpu;

import org.jspecify.annotations.NullMarked;
