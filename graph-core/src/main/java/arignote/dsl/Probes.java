package arignote.dsl;

import arignote.ir.Apply;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Shared;
import arignote.ir.Site;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import arignote.ir.op.Probe;
import arignote.ir.op.ProbeFn;
import arignote.tensor.DType;
import java.util.List;
import java.util.function.UnaryOperator;

/// Values seen and checked while a function runs, in loops step by step.
///
/// ```java
/// Variable h = print("h", tanh(x.dot(w)));
/// Variable p = check(softmax(h, 1), v -> v.ge(0));
/// ```
///
/// Both return the value, which has to be used in place of the one given: what nothing depends on
/// does not run. They keep the optimiser from going through them.
public final class Probes {
  private Probes() {}

  /// The same value, written to the standard output as `h = f32[2] [1.0, 2.0]` whenever it is
  /// computed.
  public static Variable print(String name, Variable x) {
    return Apply.of(new Probe(ProbeFn.PRINT, name), List.of(x)).result();
  }

  /// The same value, as long as a predicate holds for all its elements; a call where it does not
  /// ends with an error that names the value, and updates nothing.
  ///
  /// @param predicate makes bools of the value
  /// @throws TypeException if it makes something else
  public static Variable check(Variable x, UnaryOperator<Variable> predicate) {
    String name =
        switch (x) {
          case Input input -> input.name();
          case Shared shared -> shared.name();
          case Result result -> result.apply().op().mnemonic();
          default -> "constant";
        };
    return check(name, x, predicate);
  }

  /// As [#check(Variable, UnaryOperator)], with a name for the message.
  public static Variable check(String name, Variable x, UnaryOperator<Variable> predicate) {
    Variable holds = predicate.apply(x);
    if (holds.type().dtype() != DType.BOOL) {
      throw new TypeException(
              "check: the predicate must make bools, it makes %s; compare".formatted(holds.type()))
          .naming(List.of(x), Site.current())
          .at(Site.current());
    }
    Variable all = holds.type().isScalar() ? holds : Maths.all(holds);
    return Apply.of(new Probe(ProbeFn.CHECK, name), List.of(x, all)).result();
  }
}
