/// What users import: inputs and shared variables, the ops as static functions with NumPy's
/// implicit broadcasting and dtype promotion, neural-network functions, loops, random streams,
/// initial values, and records as trees of variables. Everything here only builds graphs; the same
/// words name the ops in the IR.
@NullMarked
package arignote.dsl;

import org.jspecify.annotations.NullMarked;
