package arignote.ir.op;

import arignote.ir.Apply;
import arignote.ir.EvaluationException;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.TypeException;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.List;

/// The identity, which shows the value to a person or checks it when a function runs: Theano's
/// `Print` and `Assert`.
///
/// Operands: `x`, and of a check the condition, a bool scalar. Result: `x`. As any op it runs only
/// if something depends on its result. Its decomposition does nothing, so that a backend which
/// knows no probes leaves them out.
///
/// @param name what the value is called
public record Probe(ProbeFn fn, String name) implements CustomOp {
  @Override
  public String mnemonic() {
    return fn.mnemonic();
  }

  @Override
  public Graph decomposition(List<TensorType> operands) {
    int count = fn == ProbeFn.CHECK ? 2 : 1;
    boolean fits =
        operands.size() == count
            && (count == 1 || operands.get(1).equals(TensorType.scalar(DType.BOOL)));
    if (!fits) {
      throw new TypeException(
          "%s: takes a value%s; the operands are %s"
              .formatted(
                  mnemonic(), count == 1 ? "" : " and a scalar bool", Check.quote(operands)));
    }
    List<Input> inputs = operands.stream().map(type -> new Input("x", type)).toList();
    return new Graph(inputs, List.of(inputs.getFirst()));
  }

  /// Does what the probe does.
  ///
  /// @param apply the node
  /// @param value of its first operand
  /// @param holds the condition of a check
  /// @throws EvaluationException if that does not hold
  public void observe(Apply apply, HostTensor value, boolean holds) {
    switch (fn) {
      case PRINT -> System.out.println(name + " = " + value);
      case CHECK -> {
        if (!holds) {
          throw new EvaluationException(
              "check: \"%s\" is not as it must be: it is %s (%s)"
                  .formatted(name, value, apply.site()));
        }
      }
    }
  }
}
