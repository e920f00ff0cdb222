package arignote.dsl;

import arignote.ir.Apply;
import arignote.ir.Closure;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Site;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import arignote.ir.op.SubGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Parts of a model that print as one node with a name: Theano's `OpFromGraph`.
///
/// ```java
/// Variable h = subGraph("gate", new Gate(x, w), gate -> sigmoid(gate.x().dot(gate.w())));
/// ```
///
/// Gradients and every backend know what is inside; when a function is compiled, the node is
/// replaced by it.
public final class SubGraphs {
  private SubGraphs() {}

  /// What `function` makes of arguments, as one node. What its lambda uses from outside of the
  /// arguments becomes an operand too.
  ///
  /// @param arguments a tree of variables (see [Trees])
  /// @return the tree that the function returns
  /// @throws TypeException if the function returns no variable
  public static <A, R> R subGraph(String name, A arguments, Function<A, R> function) {
    List<Input> inputs = new ArrayList<>();
    A placeholders =
        Trees.map(
            arguments,
            (path, variable) -> {
              Input input = new Input(path.isEmpty() ? "x" : path, variable.type());
              inputs.add(input);
              return input;
            });
    R returned = function.apply(placeholders);
    List<Variable> outputs = Trees.variables(returned);
    if (outputs.isEmpty()) {
      throw new TypeException(
              "subgraph \"%s\": the function returns no variable, but a %s"
                  .formatted(name, returned.getClass().getName()))
          .at(Site.current());
    }
    Closure closure = Closure.of(inputs, outputs);
    List<Variable> operands = new ArrayList<>(Trees.variables(arguments));
    operands.addAll(closure.captured());
    List<Result> results = Apply.of(new SubGraph(name, closure.graph()), operands).results();
    return Trees.rebuild(returned, results);
  }
}
