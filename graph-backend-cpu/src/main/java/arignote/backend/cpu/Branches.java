package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Memory;
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

/// Prepares conditionals: each branch becomes a block of its own, of which a call runs one. Both
/// write the results to the same places and compute in the same memory.
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
    Instruction[] then = branch(cond.then());
    Instruction[] otherwise = branch(cond.otherwise());
    List<BufferPlan> plans = blocks.stream().map(Block::plan).toList();
    Slot region = block.allocate(plans.stream().mapToLong(BufferPlan::bytes).max().orElse(0));
    for (int i = 0; i < blocks.size(); i++) {
      block.preparation().slots().place(blocks.get(i).slots(), plans.get(i), region);
      blocks.get(i).outside().forEach(block::touch);
    }
    results.forEach(result -> block.touch(result.slot()));
    block.touch(predicate.slot());
    block.emit(new Branch(predicate, results, then, otherwise), region);
  }

  private Instruction[] branch(Graph branch) {
    IdentityHashMap<Variable, View> given = new IdentityHashMap<>();
    for (int i = 0; i < branch.inputs().size(); i++) {
      given.put(branch.inputs().get(i), block.view(apply.operand(i + 1)));
    }
    IdentityHashMap<Variable, View> placed = new IdentityHashMap<>();
    List<Integer> copied = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      boolean written =
          Schedule.isWritten(branch.outputs().get(i))
              && placed.putIfAbsent(branch.outputs().get(i), results.get(i)) == null;
      if (!written) {
        copied.add(i);
      }
    }
    Block inner =
        new Block(
            block.preparation(),
            Optional.of(block),
            Block.Role.BRANCH,
            new Schedule(branch),
            given,
            placed,
            List.of());
    try {
      inner.lower();
      for (int i : copied) {
        View from = inner.view(branch.outputs().get(i));
        inner.emit(new CopyNest(from, results.get(i)), from, results.get(i));
      }
    } catch (EvaluationException e) {
      // Found for the lengths of this call, but to be met only if the branch is taken.
      return new Instruction[] {new Failure(e)};
    }
    blocks.add(inner);
    return inner.instructions().toArray(Instruction[]::new);
  }

  /// Runs one of two prepared branches.
  private static final class Branch implements Instruction {
    private final View predicate;
    private final List<View> results;
    private final int predicateSlot;
    private final long predicateOffset;
    private final Instruction[] then;
    private final Instruction[] otherwise;

    Branch(View predicate, List<View> results, Instruction[] then, Instruction[] otherwise) {
      this.predicate = predicate;
      this.results = results;
      this.predicateSlot = predicate.slot().index();
      this.predicateOffset = predicate.offset();
      this.then = then;
      this.otherwise = otherwise;
    }

    @Override
    public void run(long[] base) {
      boolean taken = Memory.getByte(base[predicateSlot] + predicateOffset) != 0;
      for (Instruction instruction : taken ? then : otherwise) {
        instruction.run(base);
      }
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
    public void run(long[] base) {
      EvaluationException failure = new EvaluationException(String.valueOf(cause.getMessage()));
      failure.initCause(cause);
      throw failure;
    }

    @Override
    public Plan.Step describe(PlanWriter writer) {
      return Plan.Step.of("fail", List.of(), List.of(), String.valueOf(cause.getMessage()));
    }
  }
}
