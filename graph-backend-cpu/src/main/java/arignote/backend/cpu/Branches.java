package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Memory;
import arignote.ir.Apply;
import arignote.ir.EvaluationException;
import arignote.ir.Graph;
import arignote.ir.op.Cond;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.View;
import arignote.plan.Wiring;
import java.util.ArrayList;
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
    block.enclose(blocks);
    results.forEach(result -> block.touch(result.slot()));
    block.emit(new Branch(predicate, results, then, otherwise), predicate);
  }

  private Instruction[] branch(Graph branch) {
    List<View> operands = apply.operands().stream().skip(1).map(block::view).toList();
    Wiring wiring = Wiring.of(branch, operands, results);
    Block inner = block.branch(wiring);
    try {
      inner.lower();
      inner.copyOutputs(wiring);
    } catch (EvaluationException e) {
      // Found for the lengths of this call, but to be met only if the branch is taken.
      return new Instruction[] {new Failure(e)};
    }
    blocks.add(inner);
    return inner.plan().instructions().toArray(Instruction[]::new);
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
