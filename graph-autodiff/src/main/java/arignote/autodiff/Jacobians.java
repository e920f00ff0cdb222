package arignote.autodiff;

import arignote.dsl.Loop;
import arignote.dsl.Values;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Site;
import arignote.ir.Substitution;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Derivatives other than gradients of a loss: products with the Jacobian from the right, whole
/// Jacobians, Hessians.
public final class Jacobians {
  private Jacobians() {}

  /// The product of the Jacobian of outputs with respect to variables and a vector of tangents: how
  /// the outputs change when the variables move along the tangents. Theano's `Rop`.
  ///
  /// [Gradients#vjp] is linear in its cotangents, so its own gradient with respect to them is the
  /// product with the Jacobian the other way round; what it computes of the cotangents themselves
  /// is not part of that gradient.
  ///
  /// @param tangents one for each variable of `wrt`, of its type
  /// @return one for each output, of its type; zeros where it depends on none of the variables
  /// @throws GradientException if an output or variable is not of floats, or a tangent is not of
  ///   its variable's type
  public static List<Variable> jvp(
      List<? extends Variable> outputs,
      List<? extends Variable> wrt,
      List<? extends Variable> tangents) {
    if (wrt.size() != tangents.size()) {
      throw new GradientException(
          "jvp: %d variables need as many tangents, found %d (%s)"
              .formatted(wrt.size(), tangents.size(), Site.current()));
    }
    for (int i = 0; i < wrt.size(); i++) {
      if (!tangents.get(i).type().equals(wrt.get(i).type())) {
        throw new GradientException(
            "jvp: variable %d is %s, its tangent is of type %s; it must be of the same type (%s)"
                .formatted(
                    i, Gradients.describe(wrt.get(i)), tangents.get(i).type(), Site.current()));
      }
    }
    List<Input> cotangents = new ArrayList<>();
    outputs.forEach(output -> cotangents.add(new Input("cotangent", output.type())));
    List<Variable> backward = Gradients.vjp(outputs, cotangents, wrt, Disconnected.ZERO);
    List<Variable> forward = Gradients.vjp(backward, tangents, cotangents, Disconnected.ZERO);
    return withoutCotangents(forward, cotangents);
  }

  /// A rule of a user's may be linear without looking it: then cotangents are left, whatever their
  /// value.
  private static List<Variable> withoutCotangents(List<Variable> products, List<Input> cotangents) {
    Set<Variable> leaves = new Graph(List.of(), products).leaves();
    Substitution zeros = new Substitution();
    cotangents.stream()
        .filter(leaves::contains)
        .forEach(cotangent -> zeros.put(cotangent, Ops.zeros(cotangent.type())));
    return zeros.apply(products);
  }

  /// All derivatives of the elements of a tensor by those of a variable, computed row by row in a
  /// loop: the axes of `output` and behind them those of `wrt`.
  ///
  /// @throws GradientException if `output` or `wrt` is not of floats, or `output` does not depend
  ///   on `wrt`
  public static Variable jacobian(Variable output, Variable wrt) {
    return jacobian(output, wrt, Disconnected.ERROR);
  }

  /// As [#jacobian(Variable, Variable)], with a choice for a variable that `output` does not depend
  /// on.
  public static Variable jacobian(Variable output, Variable wrt, Disconnected disconnected) {
    TensorType type = output.type();
    Variable positions = Ops.reshape(Values.iota(type.size()), type.shape());
    Variable rows =
        Loop.steps(type.size())
            .map(row -> {
              Variable chosen = positions.eq(row).cast(type.dtype());
              return Gradients.vjp(List.of(output), List.of(chosen), List.of(wrt), disconnected)
                  .getFirst();
            });
    List<Dim> shape = new ArrayList<>(type.shape());
    shape.addAll(wrt.type().shape());
    return Ops.reshape(rows, shape);
  }

  /// All second derivatives of a loss by the elements of a variable: the axes of `wrt` twice.
  ///
  /// @throws GradientException if the loss is not a float scalar, `wrt` is not of floats, or the
  ///   loss does not depend on it
  public static Variable hessian(Variable loss, Variable wrt) {
    // The gradient of a linear loss does not depend on the variable, and that is no mistake.
    return jacobian(Gradients.grad(loss, wrt), wrt, Disconnected.ZERO);
  }
}
