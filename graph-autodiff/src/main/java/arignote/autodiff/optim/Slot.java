package arignote.autodiff.optim;

import arignote.dsl.Trees;
import arignote.ir.Dim;
import arignote.ir.Input;
import arignote.ir.Shared;
import arignote.ir.Site;
import arignote.ir.Variable;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A parameter and its gradient, and the place where what is remembered about it comes from.
record Slot(Shared parameter, Variable gradient) {
  /// The parameters of a tree with their gradients.
  ///
  /// @param optimiser for messages
  static List<Slot> of(String optimiser, Object parameters, Object gradients) {
    Map<String, Variable> leaves = Trees.leaves(parameters);
    Map<String, Variable> gradientLeaves = Trees.leaves(gradients);
    if (!List.copyOf(leaves.keySet()).equals(List.copyOf(gradientLeaves.keySet()))) {
      throw failure(
          "%s: the parameters are %s, the gradients %s; take the gradients of these parameters"
              .formatted(optimiser, leaves.keySet(), gradientLeaves.keySet()));
    }
    List<Slot> slots = new ArrayList<>();
    Set<Shared> seen = new HashSet<>();
    Iterator<Variable> next = gradientLeaves.values().iterator();
    leaves.forEach((path, leaf) -> {
      Variable gradient = next.next();
      if (!(leaf instanceof Shared parameter)) {
        throw failure(
            "%s: the parameter%s is %s of type %s, not a shared variable; only those can be updated: make it with shared(...)"
                .formatted(
                    optimiser,
                    quoted(path),
                    leaf instanceof Input input ? "the input \"" + input.name() + "\"" : "a result",
                    leaf.type()));
      }
      if (!seen.add(parameter)) {
        throw failure(
            "%s: the shared variable \"%s\" comes twice among the parameters; leave one out"
                .formatted(optimiser, parameter.name()));
      }
      if (!gradient.type().equals(parameter.type())) {
        throw failure(
            "%s: the parameter%s, the shared variable \"%s\", is %s, its gradient %s; both must be of one type: give what grad() returns for the same tree"
                .formatted(
                    optimiser, quoted(path), parameter.name(), parameter.type(), gradient.type()));
      }
      slots.add(new Slot(parameter, gradient));
    });
    return slots;
  }

  private static String quoted(String path) {
    return path.isEmpty() ? "" : " \"" + path + "\"";
  }

  static OptimiserException failure(String message) {
    return new OptimiserException(message + " (" + Site.current() + ")");
  }

  /// A shared variable of the parameter's type, 0 at first.
  Shared state(String suffix) {
    long[] shape =
        parameter.type().shape().stream()
            .map(Dim::constant)
            .mapToLong(d -> d.orElseThrow())
            .toArray();
    return new Shared(
        parameter.name() + "_" + suffix, HostTensor.zeros(parameter.type().dtype(), shape));
  }
}
