package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Memory;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.View;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/// Small products of matrices with too few columns for tiles, whatever their layout: the logits of
/// a few classes, and their gradients. A call of OpenBLAS, which has to be loaded first, would cost
/// more than what it computes.
///
/// Each element is summed up in double precision, from its first term to its last: of `f32`, it is
/// off by its own rounding; of `f64`, `k` terms by at most `k * 2^-53` times the sum of their
/// absolute values.
final class NarrowProduct implements Instruction {
  /// Rows that are computed at once, so that an addition need not wait for the one before.
  private static final int ROWS = 4;

  private final View x;
  private final View y;
  private final View to;
  private final double scale;
  private final double addendScale;
  private final boolean isSingle;
  private final Odometer batch;
  private final long m;
  private final long n;
  private final long k;
  private final long xRow;
  private final long xTerm;
  private final long yTerm;
  private final long yColumn;
  private final long toRow;
  private final long toColumn;

  /// @param batch over the batch axes: left operand, right operand, result
  /// @param axis the first axis behind those of the batch
  /// @param addendScale how often what lies in `to` already is added
  NarrowProduct(View x, View y, View to, Nest batch, int axis, double scale, double addendScale) {
    this.x = x;
    this.y = y;
    this.to = to;
    this.scale = scale;
    this.addendScale = addendScale;
    this.isSingle = to.dtype() == DType.F32;
    this.batch = new Odometer(batch, batch.rank());
    this.m = x.layout().dim(axis);
    this.n = y.layout().dim(axis + 1);
    this.k = y.layout().dim(axis);
    this.xRow = x.strides()[axis];
    this.xTerm = x.strides()[axis + 1];
    this.yTerm = y.strides()[axis];
    this.yColumn = y.strides()[axis + 1];
    this.toRow = to.strides()[axis];
    this.toColumn = to.strides()[axis + 1];
  }

  @Override
  public void run(long[] base) {
    batch.start(0, base[x.slot().index()] + x.offset());
    batch.start(1, base[y.slot().index()] + y.offset());
    batch.start(2, base[to.slot().index()] + to.offset());
    batch.seek(0);
    for (long i = 0; i < batch.size(); i++) {
      multiply(batch.address(0), batch.address(1), batch.address(2));
      batch.advance();
    }
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    List<String> notes = new ArrayList<>();
    if (batch.size() != 1) {
      notes.add("batch=" + batch.size());
    }
    notes.addAll(List.of("m=" + m, "n=" + n, "k=" + k));
    if (scale != 1) {
      notes.add("alpha=" + scale);
    }
    if (addendScale != 0) {
      notes.add("beta=" + addendScale);
    }
    return writer.step("narrow", List.of(x, y), to, notes.toArray(String[]::new));
  }

  private void multiply(long left, long right, long result) {
    for (long column = 0; column < n; column++) {
      long terms = right + column * yColumn;
      long target = result + column * toColumn;
      long row = 0;
      for (; row + ROWS <= m; row += ROWS) {
        rows(left + row * xRow, terms, target + row * toRow);
      }
      for (; row < m; row++) {
        row(left + row * xRow, terms, target + row * toRow);
      }
    }
  }

  private void rows(long left, long right, long result) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    for (long i = 0; i < k; i++) {
      double term = get(right + i * yTerm);
      long at = left + i * xTerm;
      a += get(at) * term;
      b += get(at + xRow) * term;
      c += get(at + 2 * xRow) * term;
      d += get(at + 3 * xRow) * term;
    }
    put(result, a);
    put(result + toRow, b);
    put(result + 2 * toRow, c);
    put(result + 3 * toRow, d);
  }

  private void row(long left, long right, long result) {
    double sum = 0;
    for (long i = 0; i < k; i++) {
      sum += get(left + i * xTerm) * get(right + i * yTerm);
    }
    put(result, sum);
  }

  private double get(long address) {
    return isSingle ? Memory.getFloat(address) : Memory.getDouble(address);
  }

  /// Writes an element; what is there is read only if it is added, as it may be anything else.
  private void put(long address, double sum) {
    double value = addendScale == 0 ? scale * sum : scale * sum + addendScale * get(address);
    if (isSingle) {
      Memory.putFloat(address, (float) value);
    } else {
      Memory.putDouble(address, value);
    }
  }
}
