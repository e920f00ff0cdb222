package arignote.backend.cuda;

import arignote.backend.cuda.codegen.Generators;
import arignote.backend.cuda.kernel.Launch;
import arignote.ir.Apply;
import arignote.ir.EvaluationException;
import arignote.ir.Graph;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.ArgReduce;
import arignote.ir.op.Binary;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Cast;
import arignote.ir.op.Compare;
import arignote.ir.op.Concat;
import arignote.ir.op.Cond;
import arignote.ir.op.CoreOp;
import arignote.ir.op.Cumulate;
import arignote.ir.op.DimSize;
import arignote.ir.op.Dot;
import arignote.ir.op.Fill;
import arignote.ir.op.Fused;
import arignote.ir.op.Gather;
import arignote.ir.op.Gemm;
import arignote.ir.op.Iota;
import arignote.ir.op.Pad;
import arignote.ir.op.Random;
import arignote.ir.op.Reduce;
import arignote.ir.op.Reshape;
import arignote.ir.op.Scan;
import arignote.ir.op.Scatter;
import arignote.ir.op.Select;
import arignote.ir.op.Slice;
import arignote.ir.op.Transpose;
import arignote.ir.op.Unary;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.Schedule;
import arignote.plan.Slot;
import arignote.plan.View;
import arignote.plan.Wiring;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Prepares conditionals: each branch becomes a block of its own. Both write the results to the
/// same places and compute in the same memory.
///
/// Outside of loops the host decides which of them runs, once the predicate has been computed. In a
/// loop that would mean to wait in each step; there the device decides: both are put into the
/// stream, and the kernels of the branch that is not taken do nothing. What cannot be kept from
/// happening, such as products, must not write results then: a kernel copies them there.
final class Branches {
  private final Block block;
  private final Apply apply;
  private final boolean byHost;
  private final List<View> results = new ArrayList<>();
  private final List<Block> blocks = new ArrayList<>();

  private Branches(Block block, Apply apply) {
    this.block = block;
    this.apply = apply;
    this.byHost = block.role() == Block.Role.BY_HOST;
    apply.results().forEach(result -> results.add(block.result(apply, result)));
  }

  static void lower(Block block, Cond cond, Apply apply) {
    new Branches(block, apply).lower(cond);
  }

  private void lower(Cond cond) {
    View predicate = block.view(apply.operand(0));
    Optional<View> thenSkip = Optional.empty();
    Optional<View> otherwiseSkip = Optional.empty();
    if (!byHost) {
      View first = flag();
      View second = flag();
      Optional<Slot> outer = block.skip();
      Launch choice = Generators.choose(predicate, outer.map(Session::flag), first, second);
      List<View> reads = new ArrayList<>(List.of(predicate));
      outer.ifPresent(slot -> reads.add(Session.flag(slot)));
      block.launch("choose", choice, Optional.empty(), reads, List.of(first, second));
      thenSkip = Optional.of(first);
      otherwiseSkip = Optional.of(second);
    }
    List<Instruction> then = branch(cond.then(), thenSkip.map(View::slot));
    List<Instruction> otherwise = branch(cond.otherwise(), otherwiseSkip.map(View::slot));
    block.enclose(blocks);
    List<Slot> used = new ArrayList<>(List.of(predicate.slot(), block.errors()));
    results.forEach(result -> used.add(result.slot()));
    block.emit(new Branch(byHost, predicate, results, then, otherwise), used);
  }

  private View flag() {
    return Session.flag(block.allocate(DType.I64.bytes()));
  }

  private List<Instruction> branch(Graph branch, Optional<Slot> skip) {
    Wiring wiring = new Wiring(new Schedule(branch));
    for (int i = 0; i < branch.inputs().size(); i++) {
      wiring.give(branch.inputs().get(i), block.view(apply.operand(i + 1)));
    }
    for (int i = 0; i < results.size(); i++) {
      Variable output = branch.outputs().get(i);
      if (isWritten(output)) {
        wiring.place(output, results.get(i));
      } else {
        wiring.copy(output, results.get(i));
      }
    }
    Block inner = block.inner(block.role(), skip, wiring);
    try {
      inner.lower();
      inner.copyOutputs(wiring);
    } catch (EvaluationException e) {
      // Found for the lengths of this call, but to be met only if the branch is taken.
      inner = block.inner(block.role(), skip, wiring);
      inner.fail(apply, new Failure(e));
    }
    blocks.add(inner);
    return List.copyOf(inner.plan().instructions());
  }

  /// Whether a value's node can write it where the result belongs, and writes nothing there if the
  /// branch is not taken.
  private boolean isWritten(Variable value) {
    if (!Schedule.isWritten(value)) {
      return false;
    }
    CoreOp op = (CoreOp) ((Result) value).apply().op();
    return byHost
        || switch (op) {
          case Dot _, Gemm _, Pad _, Scan _ -> false;
          case Unary _,
              Binary _,
              Compare _,
              Select _,
              Cast _,
              Reduce _,
              ArgReduce _,
              Cumulate _,
              Broadcast _,
              Reshape _,
              Transpose _,
              Slice _,
              Concat _,
              Gather _,
              Scatter _,
              Fill _,
              Iota _,
              DimSize _,
              Random _,
              Cond _,
              Fused _ ->
              true;
        };
  }

  /// Runs one of two prepared branches.
  ///
  /// @param byHost whether the host decides; else both are put into the stream
  record Branch(
      boolean byHost,
      View predicate,
      List<View> results,
      List<Instruction> then,
      List<Instruction> otherwise)
      implements Instruction {
    @Override
    public boolean decides() {
      return byHost;
    }

    @Override
    public void run(Run run) {
      if (byHost) {
        run.run(run.isTrue(predicate) ? then : otherwise);
      } else {
        run.run(then);
        run.run(otherwise);
      }
    }

    @Override
    public Plan.Step describe(PlanWriter writer) {
      return new Plan.Step(
          "cond",
          Optional.empty(),
          List.of(writer.access(predicate)),
          writer.access(results),
          byHost ? List.of() : List.of("both branches"),
          List.of(
              new Plan.Part("then", List.of(), writer.describe(then)),
              new Plan.Part("otherwise", List.of(), writer.describe(otherwise))));
    }
  }

  /// A branch that cannot be computed.
  private record Failure(EvaluationException cause) implements NotedError {
    @Override
    public EvaluationException error(Run run) {
      EvaluationException failure = new EvaluationException(cause.getMessage());
      failure.initCause(cause);
      return failure;
    }
  }
}
