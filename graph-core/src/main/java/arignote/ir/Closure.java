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

/// An open expression made a closed graph: the body of a scan, or the branch of a conditional, from
/// what a lambda returned.
///
/// What is inside of the graph is said by inputs, whatever depends on them, or by the nodes
/// themselves. All else is captured: it stays outside and comes in through an additional input,
/// once. Constants, and what is made of constants without work (fills, iotas, sizes and their
/// broadcasts), are not captured but copied in.
///
/// @param graph its inputs are the given ones and behind them one for each captured variable
/// @param captured the outside variables, in order of first use
public record Closure(Graph graph, List<Variable> captured) {
  public Closure {
    captured = List.copyOf(captured);
  }

  /// Closes what `outputs` compute from `inputs`.
  public static Closure of(List<Input> inputs, List<? extends Variable> outputs) {
    return of(inputs, outputs, Set.of());
  }

  /// Closes what certain nodes compute of `outputs`, whatever it depends on: what must run only
  /// where the graph does.
  public static Closure ofNodes(Set<Apply> nodes, List<? extends Variable> outputs) {
    return of(List.of(), outputs, nodes);
  }

  private static Closure of(
      List<Input> inputs, List<? extends Variable> outputs, Set<Apply> nodes) {
    Set<Variable> inside = Collections.newSetFromMap(new IdentityHashMap<>());
    inside.addAll(inputs);
    Set<Variable> trivial = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Apply> applies = Graph.appliesOf(outputs);
    for (Apply apply : applies) {
      if (nodes.contains(apply) || apply.operands().stream().anyMatch(inside::contains)) {
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

  /// The graph with one input for each of `all`, which may be more than this one captures, so that
  /// several graphs can take the same operands. It has to be a closure without inputs of its own.
  public Graph over(List<Variable> all) {
    Map<Variable, Input> own = new IdentityHashMap<>();
    for (int i = 0; i < captured.size(); i++) {
      own.put(captured.get(i), graph.inputs().get(i));
    }
    List<Input> inputs = new ArrayList<>();
    for (Variable variable : all) {
      Input input = own.get(variable);
      inputs.add(input != null ? input : new Input(nameOf(variable), variable.type()));
    }
    return new Graph(inputs, graph.outputs());
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
