package arignote.rewrite.rules;

import arignote.ir.Apply;
import arignote.ir.Site;
import arignote.ir.Variable;
import arignote.ir.op.Op;
import java.util.List;

/// Makes nodes; equal ones once.
interface Nodes {
  Apply make(Op op, List<Variable> operands, Site site);
}
