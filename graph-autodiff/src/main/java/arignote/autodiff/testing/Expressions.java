package arignote.autodiff.testing;

import arignote.dsl.Trees;
import arignote.ir.Input;
import arignote.ir.Shared;
import arignote.ir.Variable;
import java.util.LinkedHashMap;
import java.util.Map;

/// Expressions as text, for tests: `expr("2 * x * sigmoid(y)", x, y)`.
public final class Expressions {
  private Expressions() {}

  /// The variable that an expression stands for, in the words of `Inspect.pp`, whose text this
  /// reads back: operators `+ - * / // % ^ == != < <= > >=`, functions by the names of their ops
  /// with attributes behind the operands, slices `x[:, 1:T-1]`. A number has the dtype of what it
  /// is combined with, operands are broadcast and promoted as in the DSL.
  ///
  /// @param variables [Input]s and [Shared] variables, which are called by their own names, or
  ///   trees (records, lists, maps), whose variables are called by their paths
  /// @throws ExpressionException if the text is not an expression of these variables
  public static Variable expr(String text, Object... variables) {
    Map<String, Variable> named = new LinkedHashMap<>();
    for (Object tree : variables) {
      Trees.leaves(tree)
          .forEach((path, variable) -> named.put(path.isEmpty() ? name(variable) : path, variable));
    }
    return ExpressionReader.read(text, named);
  }

  private static String name(Variable variable) {
    return switch (variable) {
      case Input input -> input.name();
      case Shared shared -> shared.name();
      default ->
          throw new ExpressionException(
              "a variable of type %s has no name; pass it in a map: Map.of(\"z\", variable)"
                  .formatted(variable.type()));
    };
  }
}
