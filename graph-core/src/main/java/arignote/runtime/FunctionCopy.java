package arignote.runtime;

import arignote.ir.Graph;
import arignote.ir.Shared;
import arignote.ir.Substitution;
import arignote.ir.Variable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The definition of a copy of a [Function], step by step: with other shared variables in the place
/// of some, or without updates. It is compiled anew, from what the function was compiled from.
///
/// ```java
/// Function validate = train.copy().swap(data, heldOut).withoutUpdates().build("validate");
/// ```
public final class FunctionCopy {
  private final Definition original;
  private final Map<Shared, Shared> swaps = new LinkedHashMap<>();
  private boolean updates = true;

  FunctionCopy(Definition original) {
    this.original = original;
  }

  /// Puts another shared variable in the place of one, both where it is read and where it is
  /// updated. All swaps happen at once: two variables can exchange their places.
  ///
  /// @throws CompileException if the types differ, the function does not use `from`, or it has been
  ///   swapped already
  public FunctionCopy swap(Shared from, Shared to) {
    if (!to.type().equals(from.type())) {
      throw new CompileException(
          "copy of \"%s\": cannot swap \"%s\", which is %s, for \"%s\", which is %s; it must be of the same type"
              .formatted(
                  original.program().name(), from.name(), from.type(), to.name(), to.type()));
    }
    List<Shared> used = used();
    if (!used.contains(from)) {
      throw new CompileException(
          "copy of \"%s\": it does not use the shared variable \"%s\"; it uses %s"
              .formatted(
                  original.program().name(),
                  from.name(),
                  used.stream().map(Shared::name).toList()));
    }
    if (swaps.putIfAbsent(from, to) != null) {
      throw new CompileException(
          "copy of \"%s\": \"%s\" is swapped already"
              .formatted(original.program().name(), from.name()));
    }
    return this;
  }

  /// Swaps several.
  ///
  /// @throws CompileException as [#swap(Shared, Shared)] does
  public FunctionCopy swap(Map<Shared, Shared> pairs) {
    pairs.forEach(this::swap);
    return this;
  }

  /// Leaves out all updates, also those of random streams: calls change nothing. Inputs that only
  /// updates depend on stay inputs.
  public FunctionCopy withoutUpdates() {
    updates = false;
    return this;
  }

  /// Compiles the copy under the name of the function.
  ///
  /// @throws CompileException as [#build(String)] does
  public Function build() {
    return build(original.program().name());
  }

  /// Compiles the copy.
  ///
  /// @throws CompileException if two updates of the copy are of one shared variable
  public Function build(String name) {
    Program program = original.program();
    List<Shared> updated = new ArrayList<>();
    Set<Shared> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Shared shared : updates ? program.updated() : List.<Shared>of()) {
      Shared target = swaps.getOrDefault(shared, shared);
      if (!seen.add(target)) {
        throw new CompileException(
            "copy of \"%s\": \"%s\" would have two updates; swap the other variable too, or leave updates out"
                .formatted(program.name(), target.name()));
      }
      updated.add(target);
    }
    List<Variable> outputs = updates ? program.graph().outputs() : program.results();
    Substitution swapped = new Substitution();
    swaps.forEach(swapped::put);
    Graph graph = new Graph(program.graph().inputs(), swapped.apply(outputs));
    return new Definition(
            new Program(name, graph, updated), original.outputNames(), original.options())
        .compile();
  }

  /// All shared variables that the function reads or updates.
  private List<Shared> used() {
    List<Shared> used = new ArrayList<>(original.program().graph().shared());
    original.program().updated().stream()
        .filter(shared -> !used.contains(shared))
        .forEach(used::add);
    return used;
  }
}
