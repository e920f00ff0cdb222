/// The intermediate representation: types with symbolic dims, variables and applied ops with
/// identity, closed graphs, and what checks and rebuilds them. Ops themselves are in
/// `arignote.ir.op`, the text form in `arignote.ir.text`. Nothing here knows passes, backends or
/// gradients; the fluent methods of [arignote.ir.Variable] are the one place that reaches up, to
/// the DSL.
@NullMarked
package arignote.ir;

import org.jspecify.annotations.NullMarked;
