package arignote.autodiff;

import arignote.dsl.Maths;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Site;
import arignote.ir.TensorType;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import java.util.List;

/// The identity with a gradient of its own.
sealed interface GradientGate extends OwnVjp {
  /// What the operand gets for the result's cotangent `g`.
  Variable through(Variable g);

  @Override
  default Graph decomposition(List<TensorType> operands) {
    if (operands.size() != 1 || !operands.getFirst().dtype().isFloat()) {
      throw new TypeException(
          "%s: takes one operand of floats; the operands are %s".formatted(mnemonic(), operands));
    }
    Input x = new Input("x", operands.getFirst());
    return new Graph(List.of(x), List.of(x));
  }

  @Override
  default void back(Node node) {
    node.contribute(0, () -> through(node.cotangent()));
  }

  /// Nothing comes through.
  record StopGradient() implements GradientGate {
    @Override
    public String mnemonic() {
      return "stop_gradient";
    }

    @Override
    public Variable through(Variable g) {
      return Ops.zeros(g.type());
    }
  }

  /// Elements beyond the bounds come through as these.
  record GradClip(double low, double high) implements GradientGate {
    public GradClip {
      if (!(low <= high)) {
        throw new TypeException(
                "grad_clip: the lower bound %s must not be above the upper bound %s"
                    .formatted(low, high))
            .at(Site.current());
      }
    }

    @Override
    public String mnemonic() {
      return "grad_clip";
    }

    @Override
    public Variable through(Variable g) {
      return Maths.clip(g, low, high);
    }
  }

  /// All comes through, multiplied.
  record GradScale(double factor) implements GradientGate {
    @Override
    public String mnemonic() {
      return "grad_scale";
    }

    @Override
    public Variable through(Variable g) {
      return g.mul(factor);
    }
  }
}
