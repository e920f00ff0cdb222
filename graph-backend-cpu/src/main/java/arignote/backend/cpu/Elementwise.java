package arignote.backend.cpu;

import arignote.backend.cpu.kernel.NodeLoop;
import arignote.ir.Apply;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.plan.Layout;
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
            case LoopBody.Whole _ -> output(block, apply, result, position, taken);
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
    operands.forEach(place -> touch(block, place.slot()));
    outputs.forEach(view -> block.touch(view.slot()));
    block.emit(builder.build(), new Slot[0]);
  }

  /// The part of a result that an output of a loop writes.
  static View part(Block block, Apply apply, LoopBody.Part part, View whole) {
    long start = block.preparation().lengths().length(apply, part.start());
    long size = block.preparation().lengths().length(apply, part.size());
    return whole.with(whole.layout().slice(part.axis(), start, size, 1));
  }

  private static void touch(Block block, Slot slot) {
    if (slot.kind() != Slot.Kind.ZERO) {
      block.touch(slot);
    }
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
              block.preparation().lengths().length(apply, dim),
              new long[shape.length]);
    };
  }

  private static View output(
      Block block, Apply apply, Result result, int position, Set<Slot> taken) {
    if (block.placed(result).isEmpty()) {
      Layout dense = Layout.dense(block.shape(apply, result.type()));
      for (Variable operand : apply.operands()) {
        View view = block.view(operand);
        if (!taken.contains(view.slot())
            && view.layout().samePositions(dense)
            && view.dtype().bytes() == result.type().dtype().bytes()
            && block.mayOverwrite(operand, position)
            && isReadInStep(block, apply, view)) {
          View output = new View(view.slot(), dense, result.type().dtype());
          block.overwrite(result, output);
          return output;
        }
      }
    }
    return block.result(apply, result);
  }

  /// Whether every operand in the memory of a view is read at the position that is written.
  static boolean isReadInStep(Block block, Apply apply, View written) {
    for (Variable operand : apply.operands()) {
      View view = block.view(operand);
      if (view.slot() == written.slot()
          && !(view.layout().samePositions(written.layout())
              && view.dtype().bytes() == written.dtype().bytes())) {
        return false;
      }
    }
    return true;
  }
}
