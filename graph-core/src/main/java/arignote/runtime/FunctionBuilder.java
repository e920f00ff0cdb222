package arignote.runtime;

import arignote.dsl.Trees;
import arignote.ir.Graph;
import arignote.ir.GraphException;
import arignote.ir.Input;
import arignote.ir.Shared;
import arignote.ir.Site;
import arignote.ir.Substitution;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The definition of a [Function], step by step. Inputs and outputs can be trees of variables (see
/// [Trees]), which give their outputs names.
public final class FunctionBuilder {
  private final List<Input> inputs = new ArrayList<>();
  private final List<String> outputNames = new ArrayList<>();
  private final List<Variable> outputs = new ArrayList<>();
  private final Map<Shared, Variable> updates = new LinkedHashMap<>();
  private final Substitution givens = new Substitution();
  private boolean defaultUpdates = true;
  private UnusedInput unusedInput = UnusedInput.ERROR;
  private CompileOptions options = Flags.current().options();

  FunctionBuilder() {}

  /// Adds inputs: [Input]s, or trees of them.
  ///
  /// @throws CompileException if something is neither an [Input] nor a tree of them
  public FunctionBuilder inputs(@Nullable Object... trees) {
    for (Object tree : trees) {
      leaves("input " + inputs.size(), tree)
          .forEach((path, variable) -> {
            if (!(variable instanceof Input input)) {
              throw new CompileException(
                  "input %s: a variable of type %s is not an input; use givens to replace it"
                      .formatted(quoted(path, inputs.size()), variable.type()));
            }
            inputs.add(input);
          });
    }
    return this;
  }

  /// Adds outputs: variables, or trees of them. Those of a record are named by their paths, others
  /// by their positions.
  ///
  /// @throws CompileException if something is neither a variable nor a tree
  public FunctionBuilder outputs(@Nullable Object... trees) {
    for (Object tree : trees) {
      leaves("output " + outputs.size(), tree)
          .forEach((path, variable) ->
              output(path.isEmpty() ? Integer.toString(outputs.size()) : path, variable));
    }
    return this;
  }

  private static Map<String, Variable> leaves(String what, @Nullable Object tree) {
    if (tree instanceof Variable
        || tree instanceof Record
        || tree instanceof List<?>
        || tree instanceof Map<?, ?>) {
      return Trees.leaves(tree);
    }
    throw new CompileException(
        "%s: expected a variable, or a record, list or map of variables; found %s"
            .formatted(what, tree == null ? "null" : tree.getClass().getTypeName()));
  }

  /// Adds an output under a name.
  public FunctionBuilder output(String name, Variable variable) {
    outputNames.add(name);
    outputs.add(variable);
    return this;
  }

  /// Sets what a call makes of a shared variable; all new values are computed from old ones.
  ///
  /// @throws CompileException if the type differs, or it has an update already
  public FunctionBuilder update(Shared shared, Variable newValue) {
    if (!newValue.type().equals(shared.type())) {
      throw new CompileException(
          "update of \"%s\": the shared variable is %s, its new value %s; cast or reshape the new value"
              .formatted(shared.name(), shared.type(), newValue.type()));
    }
    if (updates.putIfAbsent(shared, newValue) != null) {
      throw new CompileException(
          "update of \"%s\", %s: it has one already; leave one out, or combine them"
              .formatted(shared.name(), shared.type()));
    }
    return this;
  }

  /// Sets several updates.
  ///
  /// @throws CompileException as [#update] does
  public FunctionBuilder updates(Map<Shared, Variable> newValues) {
    newValues.forEach(this::update);
    return this;
  }

  /// Replaces a variable, wherever outputs and updates use it, by another of its type.
  ///
  /// @throws TypeException if the types differ
  public FunctionBuilder given(Variable variable, Variable replacement) {
    if (!variable.type().equals(replacement.type())) {
      throw new TypeException(
              "given: the variable is %s, its replacement %s; cast or reshape the replacement"
                  .formatted(variable.type(), replacement.type()))
          .naming(List.of(variable, replacement), Site.current())
          .at(Site.current());
    }
    givens.put(variable, replacement);
    return this;
  }

  /// Replaces several variables.
  ///
  /// @throws TypeException if types differ
  public FunctionBuilder givens(Map<Variable, Variable> replacements) {
    replacements.forEach(this::given);
    return this;
  }

  /// Leaves out the default updates of shared variables, so that random streams repeat themselves.
  public FunctionBuilder noDefaultUpdates() {
    defaultUpdates = false;
    return this;
  }

  /// What to do about unused inputs; [UnusedInput#ERROR] if not said.
  public FunctionBuilder onUnusedInput(UnusedInput choice) {
    unusedInput = choice;
    return this;
  }

  /// Compiles with these options in place of those of the flags.
  public FunctionBuilder options(CompileOptions choice) {
    options = choice;
    return this;
  }

  /// Compiles the function.
  ///
  /// @throws CompileException if an input is missing, listed twice or unused
  /// @throws GraphException if a symbol is not bound by any input
  /// @throws DeviceException if the device cannot be used
  public Function build(String name) {
    addDefaultUpdates();
    List<Variable> all = new ArrayList<>(outputs);
    all.addAll(updates.values());
    Graph graph = new Graph(inputs, givens.apply(all));
    checkInputs(name, graph);
    Program program = new Program(name, graph, List.copyOf(updates.keySet()));
    return new Definition(program, outputNames, options).compile();
  }

  /// Adds the default updates of all shared variables in use, and of those that they use.
  private void addDefaultUpdates() {
    boolean added = defaultUpdates;
    while (added) {
      added = false;
      List<Variable> all = new ArrayList<>(outputs);
      all.addAll(updates.values());
      for (Shared shared : new Graph(inputs, givens.apply(all)).shared()) {
        if (shared.defaultUpdate().isPresent() && !updates.containsKey(shared)) {
          update(shared, shared.defaultUpdate().get());
          added = true;
        }
      }
    }
  }

  private void checkInputs(String name, Graph graph) {
    Set<Variable> used = Collections.newSetFromMap(new IdentityHashMap<>());
    used.addAll(graph.leaves());
    Set<String> names = new HashSet<>();
    Set<Input> listed = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Input input : inputs) {
      if (!listed.add(input)) {
        throw new CompileException(
            "function \"%s\": the input \"%s\" is listed twice; leave one out"
                .formatted(name, input.name()));
      }
      if (!names.add(input.name())) {
        throw new CompileException(
            "function \"%s\": two inputs are named \"%s\"; give each its own name"
                .formatted(name, input.name()));
      }
      if (!used.contains(input)) {
        unused(name, input);
      }
    }
    for (Variable leaf : used) {
      if (leaf instanceof Input input && !listed.contains(input)) {
        throw new CompileException(
            "function \"%s\": the outputs depend on \"%s\" (%s), which is not among the inputs %s; add it, or replace it with given"
                .formatted(
                    name, input.name(), input.type(), inputs.stream().map(Input::name).toList()));
      }
    }
  }

  private void unused(String name, Input input) {
    String message =
        "function \"%s\": no output and no update depends on the input \"%s\" (%s); leave it out, or allow it with onUnusedInput"
            .formatted(name, input.name(), input.type());
    switch (unusedInput) {
      case ERROR -> throw new CompileException(message);
      case WARN -> System.getLogger("arignote").log(System.Logger.Level.WARNING, message);
      case IGNORE -> {}
    }
  }

  private static String quoted(String path, int position) {
    return path.isEmpty() ? Integer.toString(position) : "\"" + path + "\"";
  }
}
