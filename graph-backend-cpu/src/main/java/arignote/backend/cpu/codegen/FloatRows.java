package arignote.backend.cpu.codegen;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// Reductions of adjacent `f32` in vectors. Loaded only where the Vector API is there.
///
/// Eight vectors are added pairwise, and what comes of it is added up in double precision, in a
/// fixed order: always the same bits. The sum of `x1 ... xn` is off by at most `3 * 2^-24` times
/// `|x1| + ... + |xn|`, whatever `n` is, and what little double precision adds to that.
final class FloatRows {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Double> WIDE = DoubleVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Float> HALF =
      VectorSpecies.of(float.class, VectorShape.forBitSize(WIDE.vectorBitSize() / 2));
  private static final long LANES = SPECIES.length();
  private static final long WIDE_LANES = WIDE.length();
  private static final long BYTES = 4;
  private static final long WIDE_BYTES = 8;

  /// How many rows [#addColumns] adds.
  static final int COLUMNS_GROUP = 8;

  private FloatRows() {}

  private static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(SPECIES, Memory.ALL, address, Memory.ORDER);
  }

  private static FloatVector load2(long address) {
    return load(address).add(load(address + LANES * BYTES));
  }

  private static FloatVector load4(long address) {
    return load2(address).add(load2(address + 2 * LANES * BYTES));
  }

  private static DoubleVector widen(FloatVector x, int part) {
    return (DoubleVector) x.convertShape(VectorOperators.F2D, WIDE, part);
  }

  /// @param scratch room for one vector
  static double sum(long address, long count, long scratch) {
    DoubleVector a = DoubleVector.zero(WIDE);
    DoubleVector b = a;
    long i = 0;
    for (; i + 8 * LANES <= count; i += 8 * LANES) {
      long at = address + i * BYTES;
      FloatVector sum = load4(at).add(load4(at + 4 * LANES * BYTES));
      a = a.add(widen(sum, 0));
      b = b.add(widen(sum, 1));
    }
    for (; i + LANES <= count; i += LANES) {
      FloatVector x = load(address + i * BYTES);
      a = a.add(widen(x, 0));
      b = b.add(widen(x, 1));
    }
    a.add(b).intoMemorySegment(Memory.ALL, scratch, Memory.ORDER);
    double sum = 0;
    for (int lane = 0; lane < WIDE_LANES; lane++) {
      sum += Memory.getDouble(scratch + lane * WIDE_BYTES);
    }
    for (; i < count; i++) {
      sum += Memory.getFloat(address + i * BYTES);
    }
    return sum;
  }

  /// Adds eight rows to sums in double precision.
  ///
  /// @param rows their addresses
  /// @param sums the address of the first of `count` sums
  static void addColumns(long[] rows, long sums, long count) {
    long i = 0;
    for (; i + LANES <= count; i += LANES) {
      long at = i * BYTES;
      FloatVector x = load(rows[0] + at).add(load(rows[1] + at));
      FloatVector y = load(rows[2] + at).add(load(rows[3] + at));
      FloatVector z = load(rows[4] + at).add(load(rows[5] + at));
      FloatVector w = load(rows[6] + at).add(load(rows[7] + at));
      addWide(x.add(y).add(z.add(w)), sums + i * WIDE_BYTES);
    }
    for (; i < count; i++) {
      long at = i * BYTES;
      float x = Memory.getFloat(rows[0] + at) + Memory.getFloat(rows[1] + at);
      float y = Memory.getFloat(rows[2] + at) + Memory.getFloat(rows[3] + at);
      float z = Memory.getFloat(rows[4] + at) + Memory.getFloat(rows[5] + at);
      float w = Memory.getFloat(rows[6] + at) + Memory.getFloat(rows[7] + at);
      long sum = sums + i * WIDE_BYTES;
      Memory.putDouble(sum, Memory.getDouble(sum) + ((x + y) + (z + w)));
    }
  }

  /// Adds one row to sums in double precision.
  static void addColumns(long row, long sums, long count) {
    long i = 0;
    for (; i + LANES <= count; i += LANES) {
      addWide(load(row + i * BYTES), sums + i * WIDE_BYTES);
    }
    for (; i < count; i++) {
      Memory.putDouble(
          sums + i * WIDE_BYTES,
          Memory.getDouble(sums + i * WIDE_BYTES) + Memory.getFloat(row + i * BYTES));
    }
  }

  private static void addWide(FloatVector x, long sums) {
    addTo(sums, widen(x, 0));
    addTo(sums + WIDE_LANES * WIDE_BYTES, widen(x, 1));
  }

  private static void addTo(long sums, DoubleVector x) {
    DoubleVector.fromMemorySegment(WIDE, Memory.ALL, sums, Memory.ORDER)
        .add(x)
        .intoMemorySegment(Memory.ALL, sums, Memory.ORDER);
  }

  /// Adds a row to running sums, or multiplies running products by it, and writes them as floats.
  ///
  /// @param running the address of the first of `count` doubles
  static void cumulate(boolean products, long row, long running, long to, long count) {
    long i = 0;
    for (; i + LANES <= count; i += LANES) {
      FloatVector x = load(row + i * BYTES);
      cumulate(products, widen(x, 0), running + i * WIDE_BYTES, to + i * BYTES);
      long upper = i + WIDE_LANES;
      cumulate(products, widen(x, 1), running + upper * WIDE_BYTES, to + upper * BYTES);
    }
    for (; i < count; i++) {
      float x = Memory.getFloat(row + i * BYTES);
      double before = Memory.getDouble(running + i * WIDE_BYTES);
      double next = products ? before * x : before + x;
      Memory.putDouble(running + i * WIDE_BYTES, next);
      Memory.putFloat(to + i * BYTES, (float) next);
    }
  }

  private static void cumulate(boolean products, DoubleVector x, long running, long to) {
    DoubleVector before =
        DoubleVector.fromMemorySegment(WIDE, Memory.ALL, running, Memory.ORDER);
    DoubleVector next = products ? before.mul(x) : before.add(x);
    next.intoMemorySegment(Memory.ALL, running, Memory.ORDER);
    ((FloatVector) next.convertShape(VectorOperators.D2F, HALF, 0))
        .intoMemorySegment(Memory.ALL, to, Memory.ORDER);
  }

  /// NaN if any is; of zeros, 0.0 is the larger one. The comparisons in between know neither, which
  /// makes them several times as fast as a maximum that does.
  static double max(long address, long count) {
    FloatVector a = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    VectorMask<Float> nan = SPECIES.maskAll(false);
    long i = 0;
    for (; i + 4 * LANES <= count; i += 4 * LANES) {
      long at = address + i * BYTES;
      FloatVector w = load(at);
      FloatVector x = load(at + LANES * BYTES);
      FloatVector y = load(at + 2 * LANES * BYTES);
      FloatVector z = load(at + 3 * LANES * BYTES);
      a = a.blend(w, w.compare(VectorOperators.GT, a));
      b = b.blend(x, x.compare(VectorOperators.GT, b));
      c = c.blend(y, y.compare(VectorOperators.GT, c));
      d = d.blend(z, z.compare(VectorOperators.GT, d));
      nan = nan.or(unordered(w, x)).or(unordered(y, z));
    }
    float max = a.max(b).max(c.max(d)).reduceLanes(VectorOperators.MAX);
    long whole = i;
    for (; i < count; i++) {
      max = Math.max(max, Memory.getFloat(address + i * BYTES));
    }
    if (nan.anyTrue()) {
      return Float.NaN;
    }
    return max == 0 && contains(address, whole, 0) ? 0.0 : max;
  }

  /// NaN if any is; of zeros, -0.0 is the smaller one.
  static double min(long address, long count) {
    FloatVector a = FloatVector.broadcast(SPECIES, Float.POSITIVE_INFINITY);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    VectorMask<Float> nan = SPECIES.maskAll(false);
    long i = 0;
    for (; i + 4 * LANES <= count; i += 4 * LANES) {
      long at = address + i * BYTES;
      FloatVector w = load(at);
      FloatVector x = load(at + LANES * BYTES);
      FloatVector y = load(at + 2 * LANES * BYTES);
      FloatVector z = load(at + 3 * LANES * BYTES);
      a = a.blend(w, w.compare(VectorOperators.LT, a));
      b = b.blend(x, x.compare(VectorOperators.LT, b));
      c = c.blend(y, y.compare(VectorOperators.LT, c));
      d = d.blend(z, z.compare(VectorOperators.LT, d));
      nan = nan.or(unordered(w, x)).or(unordered(y, z));
    }
    float min = a.min(b).min(c.min(d)).reduceLanes(VectorOperators.MIN);
    long whole = i;
    for (; i < count; i++) {
      min = Math.min(min, Memory.getFloat(address + i * BYTES));
    }
    if (nan.anyTrue()) {
      return Float.NaN;
    }
    return min == 0 && contains(address, whole, Integer.MIN_VALUE) ? -0.0 : min;
  }

  private static VectorMask<Float> unordered(FloatVector x, FloatVector y) {
    return x.compare(VectorOperators.NE, x).or(y.compare(VectorOperators.NE, y));
  }

  /// Whether one of some elements, in whole vectors, has these bits.
  private static boolean contains(long address, long count, int bits) {
    for (long i = 0; i < count; i += LANES) {
      if (load(address + i * BYTES)
          .reinterpretAsInts()
          .compare(VectorOperators.EQ, bits)
          .anyTrue()) {
        return true;
      }
    }
    return false;
  }
}
