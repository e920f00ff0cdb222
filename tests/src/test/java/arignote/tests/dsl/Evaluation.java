package arignote.tests.dsl;

import arignote.ir.Variable;
import arignote.runtime.CompileOptions;
import arignote.runtime.Function;
import arignote.runtime.Mode;
import java.util.Optional;
import java.util.Set;

/// Values of expressions, by the reference.
public final class Evaluation {
  /// The reference interpreter, graphs as they were written.
  public static final CompileOptions REFERENCE =
      new CompileOptions("cpu", Mode.REFERENCE, Set.of(), 1, Optional.empty(), true);

  private Evaluation() {}

  /// Type and elements of an expression without inputs, as text.
  static String valueOf(Variable expression) {
    return Function.compile()
        .options(REFERENCE)
        .outputs(expression)
        .build("test")
        .call()
        .get(0)
        .toString();
  }
}
