package arignote.rewrite.passes;

import static java.util.Objects.requireNonNull;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Shared;
import arignote.ir.Site;
import arignote.ir.Substitution;
import arignote.ir.Variable;
import arignote.ir.op.Fused;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Predicate;

/// The graph of a [Fused] node while it is made of nodes of an outer graph.
final class FusedBody {
  private final Predicate<Apply> absorbable;
  private final IdentityHashMap<Variable, Variable> inside = new IdentityHashMap<>();
  private final List<Input> inputs = new ArrayList<>();
  private final List<Variable> operands = new ArrayList<>();

  /// @param absorbable which nodes that make operands are copied into the body
  FusedBody(Predicate<Apply> absorbable) {
    this.absorbable = absorbable;
  }

  static boolean isLiteral(Variable variable) {
    return variable instanceof Constant constant && constant.type().isScalar();
  }

  /// Adds a node that comes after those added before; of a fused one, what it is made of.
  void add(Apply member) {
    member.operands().forEach(this::bring);
    if (member.op() instanceof Fused(Graph body)) {
      for (int i = 0; i < body.inputs().size(); i++) {
        inside.put(body.inputs().get(i), insideOf(member.operand(i)));
      }
      body.applies().forEach(this::copy);
      for (int i = 0; i < body.outputs().size(); i++) {
        inside.put(member.results().get(i), insideOf(body.outputs().get(i)));
      }
    } else {
      copy(member);
    }
  }

  private void copy(Apply apply) {
    List<Variable> copied = apply.operands().stream().map(this::insideOf).toList();
    Apply copy = Apply.of(apply.op(), copied, apply.site());
    for (int i = 0; i < copy.results().size(); i++) {
      inside.put(apply.results().get(i), copy.results().get(i));
    }
  }

  private Variable insideOf(Variable variable) {
    Variable known = inside.get(variable);
    return known == null && variable instanceof Constant ? variable : requireNonNull(known);
  }

  private boolean isInside(Variable variable) {
    return isLiteral(variable) || inside.containsKey(variable);
  }

  /// Makes a variable of the outer graph known inside: copied in with what it is made of, or as an
  /// input.
  private void bring(Variable variable) {
    Deque<Variable> waiting = new ArrayDeque<>();
    waiting.push(variable);
    while (!waiting.isEmpty()) {
      Variable next = waiting.peek();
      if (isInside(next)) {
        waiting.pop();
      } else if (next instanceof Result result && absorbable.test(result.apply())) {
        List<Variable> missing =
            result.apply().operands().stream().filter(operand -> !isInside(operand)).toList();
        if (missing.isEmpty()) {
          copy(result.apply());
          waiting.pop();
        } else {
          missing.forEach(waiting::push);
        }
      } else {
        Input input = new Input(nameOf(next), next.type());
        inside.put(next, input);
        inputs.add(input);
        operands.add(next);
        waiting.pop();
      }
    }
  }

  private String nameOf(Variable variable) {
    return switch (variable) {
      case Input input -> input.name();
      case Shared shared -> shared.name();
      default -> "x" + inputs.size();
    };
  }

  /// Puts a [Fused] node of all that was added in place of some results.
  void replace(List<Result> escaping, Site site, Substitution substitution) {
    List<Variable> outputs = new ArrayList<>();
    for (Result result : escaping) {
      outputs.add(inside.get(result));
    }
    Apply fused =
        Apply.of(
            new Fused(new Graph(inputs, outputs)),
            operands.stream().map(substitution::get).toList(),
            site);
    for (int i = 0; i < escaping.size(); i++) {
      substitution.put(escaping.get(i), fused.results().get(i));
    }
  }
}
