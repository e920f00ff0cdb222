package arignote.reference;

import arignote.ir.Apply;
import arignote.ir.Bindings;
import arignote.ir.Constant;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Shared;
import arignote.ir.Variable;
import arignote.ir.op.Cond;
import arignote.ir.op.Fused;
import arignote.ir.op.Op;
import arignote.ir.op.Scan;
import arignote.plan.BufferNames;
import arignote.plan.Layout;
import arignote.plan.Plan;
import arignote.runtime.Program;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/// Describes what the interpreter does: one node after another, each result a tensor of its own.
final class ReferencePlan {
  private final Bindings bindings;
  private final BufferNames names = new BufferNames();
  private final Map<Variable, Plan.Buffer> buffers = new IdentityHashMap<>();
  private final List<Plan.Buffer> listed = new ArrayList<>();

  private ReferencePlan(Bindings bindings) {
    this.bindings = bindings;
  }

  static Plan of(Program program, EvaluationOrder order, Bindings bindings) {
    return new ReferencePlan(bindings).plan(program, order);
  }

  private Plan plan(Program program, EvaluationOrder order) {
    program.graph().inputs().forEach(this::access);
    program.updated().forEach(this::access);
    List<Plan.Step> steps = new ArrayList<>(steps(order));
    for (int i = 0; i < program.updated().size(); i++) {
      Plan.Access from = access(program.newValues().get(i));
      steps.add(Plan.Step.of("copy", List.of(from), List.of(access(program.updated().get(i)))));
    }
    program.results().forEach(this::access);
    return new Plan(
        program.name(),
        new TreeMap<>(bindings.lengths()),
        memory(),
        listed,
        steps,
        new LinkedHashMap<>());
  }

  private long memory() {
    return listed.stream()
        .filter(buffer -> buffer.kind() == Plan.Kind.MEMORY)
        .mapToLong(Plan.Buffer::bytes)
        .sum();
  }

  private List<Plan.Step> steps(EvaluationOrder order) {
    List<Plan.Step> steps = new ArrayList<>();
    for (EvaluationOrder.Step step : order.steps()) {
      Apply apply = step.apply();
      List<Plan.Access> reads = apply.operands().stream().map(this::access).toList();
      List<Plan.Access> writes = apply.results().stream().map(this::access).toList();
      steps.add(
          new Plan.Step(
              apply.op().mnemonic(),
              Optional.empty(),
              reads,
              writes,
              apply.op() instanceof Scan scan
                  ? List.of("steps=" + bindings.length(scan.steps()))
                  : List.of(),
              parts(apply.op())));
    }
    return steps;
  }

  private List<Plan.Part> parts(Op op) {
    return switch (op) {
      case Scan scan -> List.of(part("step", scan.body()));
      case Cond cond -> List.of(part("then", cond.then()), part("otherwise", cond.otherwise()));
      case Fused fused -> List.of(part("body", fused.body()));
      default -> List.of();
    };
  }

  private Plan.Part part(String label, Graph body) {
    return new Plan.Part(label, List.of(), steps(EvaluationOrder.of(body)));
  }

  private Plan.Access access(Variable variable) {
    Layout layout = Layout.dense(bindings.shape(variable.type()));
    Plan.Buffer buffer =
        buffers.computeIfAbsent(
            variable,
            _ -> {
              Plan.Kind kind =
                  switch (variable) {
                    case Input _ -> Plan.Kind.INPUT;
                    case Shared _ -> Plan.Kind.SHARED;
                    case Constant _ -> Plan.Kind.CONSTANT;
                    case Result _ -> Plan.Kind.MEMORY;
                  };
              String name =
                  switch (variable) {
                    case Input input -> names.named(kind, input.name());
                    case Shared shared -> names.named(kind, shared.name());
                    case Constant _, Result _ -> names.next(kind);
                  };
              long bytes = layout.size() * variable.type().dtype().bytes();
              Plan.Buffer made = new Plan.Buffer(kind, name, bytes, OptionalLong.empty());
              listed.add(made);
              return made;
            });
    return new Plan.Access(buffer, variable.type().dtype(), layout);
  }
}
