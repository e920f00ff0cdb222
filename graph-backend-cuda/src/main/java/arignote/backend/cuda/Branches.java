package arignote.backend.cuda;

import arignote.ir.Apply;
import arignote.ir.EvaluationException;
import arignote.ir.Graph;
import arignote.ir.Variable;
import arignote.ir.op.Cond;
import arignote.plan.BufferPlan;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.Schedule;
import arignote.plan.Slot;
import arignote.plan.View;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/// Prepares conditionals: each branch becomes a block of its own, of which a call runs one, which
/// the host decides once the predicate has been computed. Both write the results to the same places
/// and compute in the same memory.
final class Branches {
  private final Block block;
  private final Apply apply;
  private final List<View> results = new ArrayList<>();
  private final List<Block> blocks = new ArrayList<>();

  private Branches(Block block, Apply apply) {
    this.block = block;
    this.apply = apply;
    apply.results().forEach(result -> results.add(block.result(apply, result)));
  }

  static void lower(Block block, Cond cond, Apply apply) {
    new Branches(block, apply).lower(cond);
  }

  private void lower(Cond cond) {
    View predicate = block.view(apply.operand(0));
    List<Instruction> then = branch(cond.then());
    List<Instruction> otherwise = branch(cond.otherwise());
    List<BufferPlan> plans = blocks.stream().map(Block::plan).toList();
    Slot region = block.allocate(plans.stream().mapToLong(BufferPlan::bytes).max().orElse(0));
    List<Slot> used = new ArrayList<>(List.of(region, predicate.slot(), block.errors()));
    for (int i = 0; i < blocks.size(); i++) {
      block.preparation().slots().place(blocks.get(i).slots(), plans.get(i), region);
      used.addAll(blocks.get(i).outside());
    }
    results.forEach(result -> used.add(result.slot()));
    block.emit(new Branch(predicate, results, then, otherwise), used);
  }

  private List<Instruction> branch(Graph branch) {
    IdentityHashMap<Variable, View> given = new IdentityHashMap<>();
    for (int i = 0; i < branch.inputs().size(); i++) {
      given.put(branch.inputs().get(i), block.view(apply.operand(i + 1)));
    }
    IdentityHashMap<Variable, Slot> placed = new IdentityHashMap<>();
    List<Integer> copied = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      boolean written =
          Schedule.isWritten(branch.outputs().get(i))
              && placed.putIfAbsent(branch.outputs().get(i), results.get(i).slot()) == null;
      if (!written) {
        copied.add(i);
      }
    }
    Block inner = block.inner(new Schedule(branch), given, placed);
    try {
      inner.lower();
      for (int i : copied) {
        Loops.copy(inner, inner.view(branch.outputs().get(i)), results.get(i));
      }
    } catch (EvaluationException e) {
      // Found for the lengths of this call, but to be met only if the branch is taken.
      return List.of(new Failure(e));
    }
    blocks.add(inner);
    return List.copyOf(inner.instructions());
  }

  /// Runs one of two prepared branches.
  record Branch(
      View predicate, List<View> results, List<Instruction> then, List<Instruction> otherwise)
      implements Instruction {
    @Override
    public void run(Run run) {
      run.run(run.isTrue(predicate) ? then : otherwise);
    }

    @Override
    public Plan.Step describe(PlanWriter writer) {
      return new Plan.Step(
          "cond",
          Optional.empty(),
          List.of(writer.access(predicate)),
          writer.access(results),
          List.of(),
          List.of(
              new Plan.Part("then", List.of(), writer.describe(then)),
              new Plan.Part("otherwise", List.of(), writer.describe(otherwise))));
    }
  }

  /// A branch that cannot be computed.
  private record Failure(EvaluationException cause) implements Instruction {
    @Override
    public void run(Run run) {
      EvaluationException failure = new EvaluationException(cause.getMessage());
      failure.initCause(cause);
      throw failure;
    }

    @Override
    public Plan.Step describe(PlanWriter writer) {
      return Plan.Step.of("fail", List.of(), List.of(), cause.getMessage());
    }
  }
}
