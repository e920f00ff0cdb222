package arignote.rewrite.passes;

import static java.util.Objects.requireNonNull;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Shared;
import arignote.ir.Substitution;
import arignote.ir.Variable;
import arignote.ir.op.Fused;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;

/// Nodes that become one loop.
///
/// @param members each after those it needs
/// @param escaping the results that are used outside
record FusionGroup(List<Apply> members, List<Result> escaping) {
  /// Whether a loop saves anything against the nodes by themselves.
  boolean isWorthwhile(FusionLevels levels) {
    Apply first = members.getFirst();
    if (members.size() > 1) {
      return levels.isFusible(first);
    }
    return FusionLevels.isElementwise(first.op())
        && levels.isFusible(first)
        && first.operands().stream().anyMatch(levels::isSavedByCopying);
  }

  /// Puts a [Fused] node in place of the members.
  void replace(FusionLevels levels, Substitution substitution) {
    Body body = new Body(levels);
    for (Apply member : members) {
      body.add(member);
    }
    List<Variable> outputs = new ArrayList<>();
    for (Result result : escaping) {
      outputs.add(body.inside.get(result));
    }
    Apply fused =
        Apply.of(
            new Fused(new Graph(body.inputs, outputs)),
            body.operands.stream().map(substitution::get).toList(),
            members.getLast().site());
    for (int i = 0; i < escaping.size(); i++) {
      substitution.put(escaping.get(i), fused.results().get(i));
    }
  }

  /// The loop's graph while it is made.
  private static final class Body {
    private final FusionLevels levels;
    private final IdentityHashMap<Variable, Variable> inside = new IdentityHashMap<>();
    private final List<Input> inputs = new ArrayList<>();
    private final List<Variable> operands = new ArrayList<>();

    Body(FusionLevels levels) {
      this.levels = levels;
    }

    void add(Apply member) {
      member.operands().forEach(this::bring);
      copy(member);
    }

    private void copy(Apply apply) {
      List<Variable> copied = apply.operands().stream().map(this::insideOf).toList();
      Apply copy = Apply.of(apply.op(), copied, apply.site());
      for (int i = 0; i < copy.results().size(); i++) {
        inside.put(apply.results().get(i), copy.results().get(i));
      }
    }

    private Variable insideOf(Variable variable) {
      return FusionLevels.isLiteral(variable) ? variable : requireNonNull(inside.get(variable));
    }

    private boolean isInside(Variable variable) {
      return FusionLevels.isLiteral(variable) || inside.containsKey(variable);
    }

    /// Makes a variable of the outer graph known inside: copied in with what it is made of, or as
    /// an input.
    private void bring(Variable variable) {
      Deque<Variable> waiting = new ArrayDeque<>();
      waiting.push(variable);
      while (!waiting.isEmpty()) {
        Variable next = waiting.peek();
        if (isInside(next)) {
          waiting.pop();
        } else if (next instanceof Result result && levels.isAbsorbable(result.apply())) {
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
  }
}
