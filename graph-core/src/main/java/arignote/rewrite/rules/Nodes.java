package arignote.rewrite.rules;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Site;
import arignote.ir.Variable;
import arignote.ir.op.Op;
import arignote.tensor.DType;
import java.util.List;

/// Makes nodes and scalar constants; equal ones once.
interface Nodes {
  Apply make(Op op, List<Variable> operands, Site site);

  Constant constant(DType dtype, double value);
}
