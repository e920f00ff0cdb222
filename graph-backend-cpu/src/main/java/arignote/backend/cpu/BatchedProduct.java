package arignote.backend.cpu;

import arignote.backend.cpu.blas.BlasCall;

/// Products of matrices through BLAS, one for each position of the batch axes.
final class BatchedProduct implements Instruction {
  private final BlasCall call;
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
    long x = base[xSlot] + xOffset;
    long y = base[ySlot] + yOffset;
    long to = base[toSlot] + toOffset;
    if (count == 1) {
      call.run(x, y, to);
      return;
    }
    batch.start(0, x);
    batch.start(1, y);
    batch.start(2, to);
    batch.seek(0);
    for (long i = 0; i < count; i++) {
      call.run(batch.address(0), batch.address(1), batch.address(2));
      batch.advance();
    }
  }
}
