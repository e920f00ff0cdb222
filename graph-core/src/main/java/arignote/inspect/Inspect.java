package arignote.inspect;

import arignote.ir.Graph;
import arignote.ir.Variable;
import java.util.List;

/// Ways to look at expressions and graphs.
///
/// ```java
/// IO.println(pp(loss));
/// IO.println(debugPrint(loss));
/// ```
public final class Inspect {
  /// Longer lines of mathematics are cut.
  public static final int MOST_CHARACTERS = 10_000;

  /// Longer trees are cut.
  public static final int MOST_LINES = 10_000;

  private Inspect() {}

  /// An expression as one line of mathematics, `2 * x * sigmoid(y)`, cut after [#MOST_CHARACTERS].
  ///
  /// Broadcasts that the DSL puts in by itself are left out, and so are the boundaries of fused
  /// loops; a number without a dtype has that of the operand beside it. `expr` in
  /// `arignote.autodiff.testing` reads what this writes, but for loops, conditionals, custom ops
  /// and long constants, which are calls here with what they contain left out.
  public static String pp(Variable variable) {
    return pp(variable, MOST_CHARACTERS);
  }

  /// The same, cut after so many characters. What is shared is written again wherever it is used,
  /// so that the line of a small graph may be very long.
  public static String pp(Variable variable, int mostCharacters) {
    return Mathematics.print(variable, mostCharacters);
  }

  /// Expressions as a tree, cut after [#MOST_LINES]: a line for each use of a value, with the op,
  /// its attributes, type, size and the user's source line. What is used more than once is written
  /// out at its first use; `···` behind a letter in brackets refers to that. The graphs inside of
  /// loops follow.
  ///
  /// ```
  /// add [A] f32[B,3] 12*B bytes  (Model.java:12)
  /// ├─ exp [B] f32[B,3] 12*B bytes  (Model.java:11)
  /// │  └─ %x [C] f32[B,3] 12*B bytes
  /// └─ exp [B] f32[B,3] 12*B bytes ···
  /// ```
  public static String debugPrint(Variable... variables) {
    return Tree.print(List.of(variables), MOST_LINES);
  }

  /// The outputs of a graph as a tree, such as those of `function.graph()`.
  public static String debugPrint(Graph graph) {
    return Tree.print(graph.outputs(), MOST_LINES);
  }

  /// A graph in the language of Graphviz: `dot -Tsvg` draws it.
  public static String graphviz(Graph graph) {
    return Graphviz.print(graph);
  }
}
