package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Memory;
import arignote.ir.op.ArgReduceFn;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.View;
import arignote.tensor.DType;
import java.util.List;

/// Finds the position of the largest or smallest element along one axis: of several the first, of
/// NaNs the first NaN.
final class ArgReduceNest implements Instruction {
  private final ArgReduceFn fn;
  private final DType dtype;
  private final View from;
  private final View to;
  private final Odometer results;
  private final int fromSlot;
  private final long fromOffset;
  private final int toSlot;
  private final long toOffset;
  private final long length;
  private final long stride;

  /// @param kept over the axes that stay: input and result
  /// @param length of the axis, at least 1
  /// @param stride of the axis in bytes
  ArgReduceNest(ArgReduceFn fn, View from, View to, Nest kept, long length, long stride) {
    this.fn = fn;
    this.dtype = from.dtype();
    this.from = from;
    this.to = to;
    this.results = new Odometer(kept, kept.rank());
    this.fromSlot = from.slot().index();
    this.fromOffset = from.offset();
    this.toSlot = to.slot().index();
    this.toOffset = to.offset();
    this.length = length;
    this.stride = stride;
  }

  @Override
  public void run(long[] base) {
    long count = results.size();
    if (count == 0) {
      return;
    }
    results.start(0, base[fromSlot] + fromOffset);
    results.start(1, base[toSlot] + toOffset);
    results.seek(0);
    for (long index = 0; index < count; index++) {
      long address = results.address(0);
      Memory.putLong(results.address(1), dtype.isFloat() ? ofFloats(address) : ofIntegers(address));
      results.advance();
    }
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    return writer.step(fn.mnemonic(), List.of(from), to);
  }

  private double floatAt(long address) {
    return dtype == DType.F32 ? Memory.getFloat(address) : Memory.getDouble(address);
  }

  private long integerAt(long address) {
    return dtype == DType.I32 ? Memory.getInt(address) : Memory.getLong(address);
  }

  private long ofFloats(long address) {
    double best = floatAt(address);
    long position = 0;
    for (long i = 1; i < length && !Double.isNaN(best); i++) {
      double element = floatAt(address + i * stride);
      boolean better = fn == ArgReduceFn.ARGMAX ? element > best : element < best;
      if (better || Double.isNaN(element)) {
        best = element;
        position = i;
      }
    }
    return position;
  }

  private long ofIntegers(long address) {
    long best = integerAt(address);
    long position = 0;
    for (long i = 1; i < length; i++) {
      long element = integerAt(address + i * stride);
      if (fn == ArgReduceFn.ARGMAX ? element > best : element < best) {
        best = element;
        position = i;
      }
    }
    return position;
  }
}
