/// The ops: records of attributes that infer result types from operand types.
/// [arignote.ir.op.CoreOp] is sealed, so that the compiler finds every switch to edit when an op is
/// added; users add [arignote.ir.op.CustomOp]s. What ops compute is defined in
/// `arignote.reference`.
@NullMarked
package arignote.ir.op;

import org.jspecify.annotations.NullMarked;
