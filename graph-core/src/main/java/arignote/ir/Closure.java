package arignote.ir;

import arignote.ir.op.Broadcast;
import arignote.ir.op.DimSize;
import arignote.ir.op.Fill;
import arignote.ir.op.Iota;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// An open expression made a closed graph: the body of a scan from what a lambda returned.
///
/// Whatever does not depend on the given inputs is captured: it stays outside and comes in through
/// an additional input, once. Constants, and what is made of constants without work (fills, iotas,
/// sizes and their broadcasts), are not captured but copied in.
///
/// @param graph its inputs are the given ones and behind them one for each captured variable
/// @param captured the outside variables, in order of first use
public record Closure(Graph graph, List<Variable> captured) {
  public Closure {
    captured = List.copyOf(captured);
  }

  /// Closes what `outputs` compute from `inputs`.
  public static Closure of(List<Input> inputs, List<? extends Variable> outputs) {
    Set<Variable> inside = Collections.newSetFromMap(new IdentityHashMap<>());
    inside.addAll(inputs);
    Set<Variable> trivial = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Apply> applies = Graph.appliesOf(outputs);
    for (Apply apply : applies) {
      if (apply.operands().stream().anyMatch(inside::contains)) {
        inside.addAll(apply.results());
      } else if (isTrivial(apply, trivial)) {
        trivial.addAll(apply.results());
      }
    }
    Map<Variable, Input> captured = new LinkedHashMap<>();
    Substitution substitution = new Substitution();
    List<Variable> used = new ArrayList<>();
    for (Apply apply : applies) {
      if (inside.contains(apply.results().getFirst())) {
        used.addAll(apply.operands());
      }
    }
    used.addAll(outputs);
    for (Variable variable : used) {
      if (!inside.contains(variable)
          && !trivial.contains(variable)
          && !(variable instanceof Constant)
          && !captured.containsKey(variable)) {
        Input input = new Input(nameOf(variable), variable.type());
        captured.put(variable, input);
        substitution.put(variable, input);
      }
    }
    List<Input> allInputs = new ArrayList<>(inputs);
    allInputs.addAll(captured.values());
    List<Variable> closed = substitution.apply(outputs);
    return new Closure(new Graph(allInputs, closed), new ArrayList<>(captured.keySet()));
  }

  private static boolean isTrivial(Apply apply, Set<Variable> trivial) {
    return switch (apply.op()) {
      case Fill _, Iota _, DimSize _ -> true;
      case Broadcast _ -> {
        Variable operand = apply.operand(0);
        yield operand instanceof Constant || trivial.contains(operand);
      }
      default -> false;
    };
  }

  private static String nameOf(Variable variable) {
    return switch (variable) {
      case Input input -> input.name();
      case Shared shared -> shared.name();
      case Constant _ -> "constant";
      case Result _ -> "captured";
    };
  }
}
