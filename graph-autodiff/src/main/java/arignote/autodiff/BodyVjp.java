package arignote.autodiff;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Substitution;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import arignote.ir.op.CustomOp;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/// Gradients of ops that are defined by graphs: a custom op by its decomposition, a fused one by
/// its body. The graph is differentiated on its own and the result put in place.
final class BodyVjp {
  private BodyVjp() {}

  /// A custom op's own gradient if there is one, else that of its decomposition.
  static void custom(CustomOp op, Node node) {
    if (op instanceof OwnVjp known) {
      known.back(node);
      return;
    }
    Optional<CustomVjp> own =
        ServiceLoader.load(CustomVjp.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(vjp -> vjp.op() == op.getClass())
            .findFirst();
    if (own.isPresent()) {
      own(own.get(), node);
    } else {
      List<Variable> operands = node.apply().operands();
      through(op.decomposition(operands.stream().map(Variable::type).toList()), node);
    }
  }

  private static void own(CustomVjp vjp, Node node) {
    Apply apply = node.apply();
    List<Variable> cotangents = new ArrayList<>();
    for (int i = 0; i < apply.results().size(); i++) {
      Variable result = apply.results().get(i);
      cotangents.add(node.cotangent(i).orElseGet(() -> Ops.zeros(result.type())));
    }
    vjp.vjp(apply, cotangents)
        .forEach((operand, cotangent) -> {
          if (operand < 0 || operand >= apply.operands().size()) {
            throw new GradientException(
                "%s: %s returns a cotangent for operand %d, there %s"
                    .formatted(
                        apply,
                        vjp.getClass().getName(),
                        operand,
                        apply.operands().size() == 1
                            ? "is 1 operand"
                            : "are " + apply.operands().size() + " operands"));
          }
          if (!cotangent.type().equals(apply.operand(operand).type())) {
            throw new GradientException(
                "%s: %s returns a cotangent of type %s for operand %d, which is %s"
                    .formatted(
                        apply,
                        vjp.getClass().getName(),
                        cotangent.type(),
                        operand,
                        apply.operand(operand).type()));
          }
          node.contribute(operand, () -> cotangent);
        });
  }

  /// Differentiates a node that computes what `body` does.
  static void through(Graph body, Node node) {
    List<Variable> operands = node.apply().operands();
    if (operands.size() != body.inputs().size()) {
      throw new TypeException(
          "%s: has %d operands, its decomposition %d inputs"
              .formatted(node.apply(), operands.size(), body.inputs().size()));
    }
    Substitution inPlace = new Substitution();
    Map<Input, Integer> wanted = new LinkedHashMap<>();
    for (int i = 0; i < operands.size(); i++) {
      inPlace.put(body.inputs().get(i), operands.get(i));
      if (node.wants(i)) {
        wanted.put(body.inputs().get(i), i);
      }
    }
    Map<Integer, Input> placeholders = new LinkedHashMap<>();
    for (int i = 0; i < body.outputs().size(); i++) {
      if (node.cotangent(i).isPresent()) {
        Input placeholder = new Input("cotangent", body.outputs().get(i).type());
        inPlace.put(placeholder, node.cotangent(i).get());
        placeholders.put(i, placeholder);
      }
    }
    Cotangents cotangents = back(body, wanted.keySet(), placeholders);
    wanted.forEach((input, operand) ->
        cotangents
            .of(input)
            .ifPresent(gradient ->
                node.contribute(operand, () -> inPlace.apply(List.of(gradient)).getFirst())));
  }

  /// The cotangents of all that leads from some inputs of a graph to outputs with a cotangent.
  ///
  /// @param seeds the cotangents of outputs by their number; the others' are zero
  static Cotangents back(Graph body, Collection<Input> wanted, Map<Integer, Input> seeds) {
    List<Apply> applies = body.applies();
    Activity activity = Activity.of(applies, wanted, Activity.Paths.VARIED);
    Cotangents cotangents = new Cotangents();
    seeds.forEach((i, seed) -> {
      Variable output = body.outputs().get(i);
      if (activity.contains(output)) {
        cotangents.add(output, seed);
      }
    });
    ReversePass.run(applies, activity, cotangents);
    return cotangents;
  }
}
