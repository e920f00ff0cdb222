package arignote.backend.cpu;

import arignote.backend.cpu.kernel.NodeLoop;
import arignote.backend.cpu.kernel.RowPhases;
import arignote.ir.Apply;
import arignote.ir.EvaluationException;
import arignote.ir.Graph;
import arignote.ir.Result;
import arignote.ir.op.Fused;
import arignote.ir.op.ReduceFn;
import arignote.plan.LoopBody;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.Slot;
import arignote.plan.View;
import arignote.plan.Wiring;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/// Prepares fused nodes that reduce: as one loop over rows, or, where the lengths of this call make
/// rows that are not worth it, as the loops and reductions that they were fused from.
final class FusedRows {
  /// Shorter stretches of rows cost more for what happens around them than for their elements.
  private static final long SHORTEST = 16;

  /// With fewer rows that does not matter.
  private static final long FEW = 64;

  private final Block block;
  private final Fused fused;
  private final Apply apply;
  private final NodeLoop node;
  private final LoopBody body;
  private final long[] shape;

  private FusedRows(Block block, Fused fused, Apply apply) {
    this.fused = fused;
    this.block = block;
    this.apply = apply;
    this.node = block.tools().loop(apply);
    this.body = node.body();
    this.shape = block.shape(apply, LoopBody.loopType(apply));
  }

  static void lower(Block block, Fused fused, Apply apply) {
    new FusedRows(block, fused, apply).lower();
  }

  private void lower() {
    checkBounds();
    RowPhases phases = RowPhases.of(node);
    List<LoopNest.Place> sources = new ArrayList<>();
    for (LoopBody.Source source : body.sources()) {
      sources.add(Elementwise.place(block, apply, source, shape));
    }
    for (int i = 0; i < node.reductions().size(); i++) {
      // They lie in the memory of those who reduce.
      sources.add(new LoopNest.Place(block.preparation().zero(), 0, new long[shape.length]));
    }
    List<long[]> strides = new ArrayList<>();
    sources.forEach(source -> strides.add(source.strides()));
    IdentityHashMap<Result, View> results = new IdentityHashMap<>();
    List<LoopNest.Place> targets = new ArrayList<>();
    for (LoopBody.Target target : body.targets()) {
      Result result = apply.results().get(target.result());
      View view =
          View.dense(
              block.preparation().zero(), result.type().dtype(), block.shape(apply, result.type()));
      LoopNest.Place place = place(target, view);
      targets.add(place);
      strides.add(place.strides());
    }
    Rows axes = Rows.of(shape, body.reduced(), strides);
    if (isBetterApart(axes, phases)) {
      apart();
      return;
    }
    targets.clear();
    for (LoopBody.Target target : body.targets()) {
      Result result = apply.results().get(target.result());
      View view = results.computeIfAbsent(result, _ -> block.result(apply, result));
      targets.add(place(target, view));
      block.touch(view.slot());
    }
    RowNestBuilder builder =
        new RowNestBuilder(node, phases, shape, axes, sources, targets, block.tools());
    Slot scratch = block.allocate(builder.scratchBytes());
    sources.forEach(source -> block.touch(source.slot()));
    block.emit(builder.build(scratch), scratch);
  }

  private LoopNest.Place place(LoopBody.Target target, View result) {
    return switch (target) {
      case LoopBody.Whole _ -> LoopNest.Place.of(result);
      case LoopBody.Part part -> LoopNest.Place.of(Elementwise.part(block, apply, part, result));
      case LoopBody.OfRows(_, _, var axes) -> LoopNest.Place.along(result, axes, shape.length);
    };
  }

  private void checkBounds() {
    boolean empty = false;
    for (int axis : body.reduced()) {
      empty |= shape[axis] == 0;
    }
    long rows = 1;
    for (int axis = 0; axis < shape.length; axis++) {
      rows *= body.reduced().contains(axis) ? 1 : shape[axis];
    }
    for (LoopBody.Reduction reduction : node.reductions()) {
      boolean bounded = reduction.fn() == ReduceFn.MAX || reduction.fn() == ReduceFn.MIN;
      if (bounded && empty && rows > 0) {
        throw EvaluationException.of(
            reduction.apply(),
            "no elements along the axes %s of %s%s"
                .formatted(
                    body.reduced(),
                    reduction.apply().operand(0).type().dtype(),
                    Arrays.toString(shape).replace(" ", "")));
      }
    }
  }

  private boolean isBetterApart(Rows axes, RowPhases phases) {
    if (axes.row().inner() < SHORTEST) {
      return axes.count() > FEW || axes.row().rank() > 1;
    }
    long threads =
        Math.min(block.tools().threads(), axes.count() * axes.row().size() / Grain.of(node.loop()));
    return phases.phases().size() > 1 && axes.count() < threads;
  }

  /// The loops and reductions that the node was fused from, in memory of their own.
  private void apart() {
    Graph graph = block.tools().apart(fused);
    List<View> operands = apply.operands().stream().map(block::view).toList();
    List<View> results =
        apply.results().stream().map(result -> block.result(apply, result)).toList();
    Wiring wiring = Wiring.of(graph, operands, results);
    Block inner = block.branch(wiring);
    inner.lower();
    inner.copyOutputs(wiring);
    block.enclose(List.of(inner));
    results.forEach(result -> block.touch(result.slot()));
    block.emit(new InTurn(inner.plan().instructions()), new Slot[0]);
  }

  /// Several instructions as one.
  private static final class InTurn implements Instruction {
    private final Instruction[] instructions;

    InTurn(List<Instruction> instructions) {
      this.instructions = instructions.toArray(Instruction[]::new);
    }

    @Override
    public void run(long[] base) {
      for (Instruction instruction : instructions) {
        instruction.run(base);
      }
    }

    @Override
    public Plan.Step describe(PlanWriter writer) {
      return new Plan.Step(
          "fused",
          Optional.empty(),
          List.of(),
          List.of(),
          List.of("apart"),
          List.of(new Plan.Part("one after the other", List.of(), writer.describe(instructions))));
    }
  }
}
