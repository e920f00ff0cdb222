package arignote.dsl;

import arignote.ir.Apply;
import arignote.ir.Closure;
import arignote.ir.Recording;
import arignote.ir.Result;
import arignote.ir.Site;
import arignote.ir.TensorType;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import arignote.ir.op.Cond;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/// One of two computations, chosen when a function runs: Theano's `ifelse`.
///
/// ```java
/// Variable loss = cond(step.lt(warmUp), () -> cheap(x), () -> expensive(x));
/// ```
///
/// What a lambda computes runs only if its branch is taken; what was computed outside of both runs
/// in any case, and they use its value. For a choice element by element there is [Maths#select].
public final class Conditional {
  private Conditional() {}

  /// What one of two lambdas computes: trees of variables (see [Trees]) with the same components.
  ///
  /// @param predicate a bool scalar
  /// @throws TypeException if the predicate is not, or the branches differ in components or types
  public static <T> T cond(Variable predicate, Supplier<T> then, Supplier<T> otherwise) {
    if (!Cond.isPredicate(predicate.type())) {
      throw new TypeException(
              "cond: the predicate must be a scalar bool, found %s; compare, or reduce with all() or any()"
                  .formatted(predicate.type()))
          .at(Site.current());
    }
    Recording<T> first = Recording.of(then);
    Recording<T> second = Recording.of(otherwise);
    check(Trees.leaves(first.returned()), Trees.leaves(second.returned()));
    Closure one = Closure.ofNodes(first.nodes(), Trees.variables(first.returned()));
    Closure other = Closure.ofNodes(second.nodes(), Trees.variables(second.returned()));
    Set<Variable> captured = new LinkedHashSet<>(one.captured());
    captured.addAll(other.captured());
    List<Variable> operands = List.copyOf(captured);
    List<Variable> all = new ArrayList<>(List.of(predicate));
    all.addAll(operands);
    List<Result> results =
        Apply.of(new Cond(one.over(operands), other.over(operands)), all).results();
    return Trees.rebuild(first.returned(), results);
  }

  private static void check(Map<String, Variable> then, Map<String, Variable> otherwise) {
    if (!then.keySet().equals(otherwise.keySet())) {
      throw new TypeException(
              "cond: then returns the components %s, otherwise %s; both must return the same"
                  .formatted(then.keySet(), otherwise.keySet()))
          .at(Site.current());
    }
    then.forEach((path, variable) -> {
      TensorType found = Objects.requireNonNull(otherwise.get(path)).type();
      if (!found.equals(variable.type())) {
        throw new TypeException(
                "cond: %sthen returns %s, otherwise %s; cast or broadcast one of them"
                    .formatted(
                        path.isEmpty() ? "" : "of \"" + path + "\" ", variable.type(), found))
            .at(Site.current());
      }
    });
  }
}
