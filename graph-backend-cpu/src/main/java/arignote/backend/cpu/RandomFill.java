package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Memory;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.View;
import arignote.tensor.DType;
import arignote.tensor.Philox;
import java.util.List;

/// Uniform random numbers from a key and a counter, as [arignote.ir.op.Random] defines them.
final class RandomFill implements Instruction, Workers.Task {
  private final DType dtype;
  private final View key;
  private final View counter;
  private final View to;
  private final long size;
  private final int perBlock;
  private final int keySlot;
  private final long keyOffset;
  private final int counterSlot;
  private final long counterOffset;
  private final int toSlot;
  private final long toOffset;
  private final Workers workers;
  private final int parts;
  private final int[][] words;
  private long[] base = {};

  /// @param to dense
  RandomFill(View key, View counter, View to, Workers workers, int threads) {
    this.dtype = to.dtype();
    this.key = key;
    this.counter = counter;
    this.to = to;
    this.size = to.layout().size();
    this.perBlock = dtype == DType.F32 ? 4 : 2;
    this.keySlot = key.slot().index();
    this.keyOffset = key.offset();
    this.counterSlot = counter.slot().index();
    this.counterOffset = counter.offset();
    this.toSlot = to.slot().index();
    this.toOffset = to.offset();
    this.workers = workers;
    this.parts = (int) Math.max(1, Math.min(threads, size / (Grain.ELEMENTS / 4)));
    this.words = new int[parts][4];
  }

  @Override
  public void run(long[] base) {
    this.base = base;
    workers.run(parts, this);
  }

  @Override
  public void run(int part) {
    long blocks = (size + perBlock - 1) / perBlock;
    long keyValue = Memory.getLong(base[keySlot] + keyOffset);
    long start = Memory.getLong(base[counterSlot] + counterOffset);
    long target = base[toSlot] + toOffset;
    int[] block = words[part];
    for (long i = blocks * part / parts; i < blocks * (part + 1) / parts; i++) {
      Philox.block(keyValue, start, i, block);
      for (int lane = 0; lane < perBlock && i * perBlock + lane < size; lane++) {
        long element = i * perBlock + lane;
        if (dtype == DType.F32) {
          Memory.putFloat(target + element * 4, Philox.toFloat(block[lane]));
        } else {
          Memory.putDouble(
              target + element * 8, Philox.toDouble(block[2 * lane], block[2 * lane + 1]));
        }
      }
    }
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    return writer.step("random", List.of(key, counter), to);
  }
}
