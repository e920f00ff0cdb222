package arignote.backend.cpu;

import arignote.backend.cpu.kernel.NodeLoop;
import arignote.ir.Apply;
import arignote.ir.Result;
import arignote.plan.LoopBody;
import arignote.plan.Slot;
import arignote.plan.View;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// Prepares elementwise nodes, fused or single, as loops; results go over operands that nothing
/// needs any more.
final class Elementwise {
  private Elementwise() {}

  static void lower(Block block, Apply apply, int position) {
    NodeLoop node = block.tools().loop(apply);
    LoopBody body = node.body();
    long[] shape = block.shape(apply, LoopBody.loopType(apply));
    List<LoopNest.Place> operands = new ArrayList<>();
    for (LoopBody.Source source : body.sources()) {
      operands.add(place(block, apply, source, shape));
    }
    Set<Slot> taken = Collections.newSetFromMap(new IdentityHashMap<>());
    IdentityHashMap<Result, View> concatenated = new IdentityHashMap<>();
    List<View> outputs = new ArrayList<>();
    for (LoopBody.Target target : body.targets()) {
      Result result = apply.results().get(target.result());
      View output =
          switch (target) {
            case LoopBody.Whole _ -> block.resultOverOperand(apply, result, position, taken);
            case LoopBody.Part part ->
                part(
                    block,
                    apply,
                    part,
                    concatenated.computeIfAbsent(result, _ -> block.result(apply, result)));
            case LoopBody.OfRows _ -> throw new IllegalStateException("no rows in " + apply);
          };
      taken.add(output.slot());
      outputs.add(output);
    }
    LoopNest.Builder builder =
        new LoopNest.Builder(
            node.loop(),
            shape,
            operands,
            outputs.stream().map(LoopNest.Place::of).toList(),
            block.tools().kernels(),
            block.tools().workers(),
            block.tools().threads());
    if (builder.scratchBytes() > 0) {
      Slot scratch = block.allocate(builder.scratchBytes());
      builder.scratch(scratch);
      block.touch(scratch);
    }
    operands.forEach(place -> block.touch(place.slot()));
    outputs.forEach(view -> block.touch(view.slot()));
    block.emit(builder.build(), new Slot[0]);
  }

  /// The part of a result that an output of a loop writes.
  static View part(Block block, Apply apply, LoopBody.Part part, View whole) {
    long start = block.lengths().length(apply, part.start());
    long size = block.lengths().length(apply, part.size());
    return whole.with(whole.layout().slice(part.axis(), start, size, 1));
  }

  /// Where an operand of a loop with this shape lies.
  static LoopNest.Place place(Block block, Apply apply, LoopBody.Source source, long[] shape) {
    return switch (source) {
      case LoopBody.Operand(int index, var axes) ->
          LoopNest.Place.along(block.view(apply.operand(index)), axes, shape.length);
      case LoopBody.Elements(var constant, var axes) ->
          LoopNest.Place.along(block.view(constant), axes, shape.length);
      case LoopBody.Position(int axis) -> {
        long[] strides = new long[shape.length];
        strides[axis] = 1;
        yield new LoopNest.Place(block.preparation().zero(), 0, strides);
      }
      case LoopBody.Length(var dim) ->
          new LoopNest.Place(
              block.preparation().zero(),
              block.lengths().length(apply, dim),
              new long[shape.length]);
    };
  }
}
