package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Memory;
import arignote.ir.op.CumulateFn;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.View;
import arignote.tensor.DType;
import java.util.List;

/// A cumulative op, one line after another, floats in double precision. Threads share the lines.
final class CumulateLines implements Instruction, Workers.Task {
  private final CumulateFn fn;
  private final View from;
  private final View to;
  private final DType dtype;
  private final long length;
  private final long fromStride;
  private final long toStride;
  private final int fromSlot;
  private final long fromOffset;
  private final int toSlot;
  private final long toOffset;
  private final Workers workers;
  private final int parts;
  private final Odometer[] starts;
  private long[] base = {};

  /// @param from turned around if the op runs from the end, as `to`
  /// @param lines over the other axes: input and result
  CumulateLines(CumulateFn fn, View from, View to, int axis, Nest lines, Toolbox tools) {
    this.fn = fn;
    this.from = from;
    this.to = to;
    this.dtype = from.dtype();
    this.length = from.layout().dim(axis);
    this.fromStride = from.strides()[axis];
    this.toStride = to.strides()[axis];
    this.fromSlot = from.slot().index();
    this.fromOffset = from.offset();
    this.toSlot = to.slot().index();
    this.toOffset = to.offset();
    this.workers = tools.workers();
    this.parts = Grain.parts(lines.size() * length, lines.size(), tools.threads());
    this.starts = new Odometer[parts];
    for (int part = 0; part < parts; part++) {
      starts[part] = new Odometer(lines, lines.rank());
    }
  }

  @Override
  public void run(long[] base) {
    this.base = base;
    workers.run(parts, this);
  }

  @Override
  public void run(int part) {
    Odometer start = starts[part];
    long count = start.size();
    long first = count * part / parts;
    long end = count * (part + 1) / parts;
    start.start(0, base[fromSlot] + fromOffset);
    start.start(1, base[toSlot] + toOffset);
    start.seek(first);
    for (long line = first; line < end; line++) {
      if (dtype.isFloat()) {
        floats(start.address(0), start.address(1));
      } else {
        integers(start.address(0), start.address(1));
      }
      start.advance();
    }
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    return writer.step(fn.mnemonic(), List.of(from), to, "along lines");
  }

  private double floatAt(long address) {
    return dtype == DType.F32 ? Memory.getFloat(address) : Memory.getDouble(address);
  }

  private void put(long address, double value) {
    if (dtype == DType.F32) {
      Memory.putFloat(address, (float) value);
    } else {
      Memory.putDouble(address, value);
    }
  }

  private long integerAt(long address) {
    return dtype == DType.I32 ? Memory.getInt(address) : Memory.getLong(address);
  }

  private void put(long address, long value) {
    if (dtype == DType.I32) {
      Memory.putInt(address, (int) value);
    } else {
      Memory.putLong(address, value);
    }
  }

  private void floats(long source, long target) {
    switch (fn) {
      case SUM -> {
        double sum = 0;
        for (long i = 0; i < length; i++) {
          sum += floatAt(source + i * fromStride);
          put(target + i * toStride, sum);
        }
      }
      case PROD -> {
        double product = 1;
        for (long i = 0; i < length; i++) {
          product *= floatAt(source + i * fromStride);
          put(target + i * toStride, product);
        }
      }
      case MAX -> {
        double largest = Double.NEGATIVE_INFINITY;
        for (long i = 0; i < length; i++) {
          largest = Math.max(largest, floatAt(source + i * fromStride));
          put(target + i * toStride, largest);
        }
      }
      case MIN -> {
        double smallest = Double.POSITIVE_INFINITY;
        for (long i = 0; i < length; i++) {
          smallest = Math.min(smallest, floatAt(source + i * fromStride));
          put(target + i * toStride, smallest);
        }
      }
    }
  }

  /// Sums and products in 64 bits have the lower 32 of those in 32.
  private void integers(long source, long target) {
    switch (fn) {
      case SUM -> {
        long sum = 0;
        for (long i = 0; i < length; i++) {
          sum += integerAt(source + i * fromStride);
          put(target + i * toStride, sum);
        }
      }
      case PROD -> {
        long product = 1;
        for (long i = 0; i < length; i++) {
          product *= integerAt(source + i * fromStride);
          put(target + i * toStride, product);
        }
      }
      case MAX -> {
        long largest = Long.MIN_VALUE;
        for (long i = 0; i < length; i++) {
          largest = Math.max(largest, integerAt(source + i * fromStride));
          put(target + i * toStride, largest);
        }
      }
      case MIN -> {
        long smallest = Long.MAX_VALUE;
        for (long i = 0; i < length; i++) {
          smallest = Math.min(smallest, integerAt(source + i * fromStride));
          put(target + i * toStride, smallest);
        }
      }
    }
  }
}
