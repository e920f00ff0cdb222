package arignote.backend.cpu;

import arignote.backend.cpu.blas.BlasCall;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.View;
import java.util.ArrayList;
import java.util.List;

/// Products of matrices through BLAS, one for each position of the batch axes.
final class BatchedProduct implements Instruction {
  private final BlasCall call;
  private final View x;
  private final View y;
  private final View to;
  private final Odometer batch;
  private final long count;
  private final int xSlot;
  private final long xOffset;
  private final int ySlot;
  private final long yOffset;
  private final int toSlot;
  private final long toOffset;

  /// @param batch over the batch axes: left operand, right operand, result
  BatchedProduct(BlasCall call, Nest batch, View x, View y, View to) {
    this.call = call;
    this.x = x;
    this.y = y;
    this.to = to;
    this.batch = new Odometer(batch, batch.rank());
    this.count = batch.size();
    this.xSlot = x.slot().index();
    this.xOffset = x.offset();
    this.ySlot = y.slot().index();
    this.yOffset = y.offset();
    this.toSlot = to.slot().index();
    this.toOffset = to.offset();
  }

  @Override
  public void run(long[] base) {
    long left = base[xSlot] + xOffset;
    long right = base[ySlot] + yOffset;
    long result = base[toSlot] + toOffset;
    if (count == 1) {
      call.run(left, right, result);
      return;
    }
    batch.start(0, left);
    batch.start(1, right);
    batch.start(2, result);
    batch.seek(0);
    for (long i = 0; i < count; i++) {
      call.run(batch.address(0), batch.address(1), batch.address(2));
      batch.advance();
    }
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    List<String> notes = new ArrayList<>();
    if (count != 1) {
      notes.add("batch=" + count);
    }
    notes.addAll(call.arguments());
    return writer.step(call.name(), List.of(x, y), to, notes.toArray(String[]::new));
  }
}
