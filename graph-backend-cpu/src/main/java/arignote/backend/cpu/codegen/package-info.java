/// Kernels as JVM bytecode: stages of elementwise loops written down with the Class-File API, in
/// vectors of `jdk.incubator.vector` where that module is there and element by element elsewhere,
/// and the functions that generated code calls. Generated code reads and writes memory by address;
/// who calls it has checked that every address is inside its tensor.
@NullMarked
package arignote.backend.cpu.codegen;

import org.jspecify.annotations.NullMarked;
