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
///
/// No method takes or returns vectors: if the JVM happens to compile one by itself first, it may
/// not inline it afterwards, and each such vector is then an object.
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

  /// @param scratch room for one vector
  static double sum(long address, long count, long scratch) {
    DoubleVector a = DoubleVector.zero(WIDE);
    DoubleVector b = a;
    long i = 0;
    for (; i + 8 * LANES <= count; i += 8 * LANES) {
      long at = address + i * BYTES;
      FloatVector s =
          FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at, Memory.ORDER)
              .add(
                  FloatVector.fromMemorySegment(
                      SPECIES, Memory.ALL, at + LANES * BYTES, Memory.ORDER));
      FloatVector t =
          FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 2 * LANES * BYTES, Memory.ORDER)
              .add(
                  FloatVector.fromMemorySegment(
                      SPECIES, Memory.ALL, at + 3 * LANES * BYTES, Memory.ORDER));
      FloatVector u =
          FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 4 * LANES * BYTES, Memory.ORDER)
              .add(
                  FloatVector.fromMemorySegment(
                      SPECIES, Memory.ALL, at + 5 * LANES * BYTES, Memory.ORDER));
      FloatVector v =
          FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 6 * LANES * BYTES, Memory.ORDER)
              .add(
                  FloatVector.fromMemorySegment(
                      SPECIES, Memory.ALL, at + 7 * LANES * BYTES, Memory.ORDER));
      FloatVector sum = s.add(t).add(u.add(v));
      a = a.add(sum.convertShape(VectorOperators.F2D, WIDE, 0));
      b = b.add(sum.convertShape(VectorOperators.F2D, WIDE, 1));
    }
    for (; i + LANES <= count; i += LANES) {
      FloatVector x =
          FloatVector.fromMemorySegment(SPECIES, Memory.ALL, address + i * BYTES, Memory.ORDER);
      a = a.add(x.convertShape(VectorOperators.F2D, WIDE, 0));
      b = b.add(x.convertShape(VectorOperators.F2D, WIDE, 1));
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
      FloatVector x =
          FloatVector.fromMemorySegment(SPECIES, Memory.ALL, rows[0] + at, Memory.ORDER)
              .add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, rows[1] + at, Memory.ORDER));
      FloatVector y =
          FloatVector.fromMemorySegment(SPECIES, Memory.ALL, rows[2] + at, Memory.ORDER)
              .add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, rows[3] + at, Memory.ORDER));
      FloatVector z =
          FloatVector.fromMemorySegment(SPECIES, Memory.ALL, rows[4] + at, Memory.ORDER)
              .add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, rows[5] + at, Memory.ORDER));
      FloatVector w =
          FloatVector.fromMemorySegment(SPECIES, Memory.ALL, rows[6] + at, Memory.ORDER)
              .add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, rows[7] + at, Memory.ORDER));
      FloatVector sum = x.add(y).add(z.add(w));
      long left = sums + i * WIDE_BYTES;
      DoubleVector.fromMemorySegment(WIDE, Memory.ALL, left, Memory.ORDER)
          .add(sum.convertShape(VectorOperators.F2D, WIDE, 0))
          .intoMemorySegment(Memory.ALL, left, Memory.ORDER);
      long right = left + WIDE_LANES * WIDE_BYTES;
      DoubleVector.fromMemorySegment(WIDE, Memory.ALL, right, Memory.ORDER)
          .add(sum.convertShape(VectorOperators.F2D, WIDE, 1))
          .intoMemorySegment(Memory.ALL, right, Memory.ORDER);
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
      FloatVector x =
          FloatVector.fromMemorySegment(SPECIES, Memory.ALL, row + i * BYTES, Memory.ORDER);
      long left = sums + i * WIDE_BYTES;
      DoubleVector.fromMemorySegment(WIDE, Memory.ALL, left, Memory.ORDER)
          .add(x.convertShape(VectorOperators.F2D, WIDE, 0))
          .intoMemorySegment(Memory.ALL, left, Memory.ORDER);
      long right = left + WIDE_LANES * WIDE_BYTES;
      DoubleVector.fromMemorySegment(WIDE, Memory.ALL, right, Memory.ORDER)
          .add(x.convertShape(VectorOperators.F2D, WIDE, 1))
          .intoMemorySegment(Memory.ALL, right, Memory.ORDER);
    }
    for (; i < count; i++) {
      Memory.putDouble(
          sums + i * WIDE_BYTES,
          Memory.getDouble(sums + i * WIDE_BYTES) + Memory.getFloat(row + i * BYTES));
    }
  }

  /// Adds a row to running sums, and writes them as floats.
  ///
  /// @param running the address of the first of `count` doubles
  static void addRunning(long row, long running, long to, long count) {
    long i = 0;
    for (; i + WIDE_LANES <= count; i += WIDE_LANES) {
      long at = running + i * WIDE_BYTES;
      DoubleVector next =
          DoubleVector.fromMemorySegment(WIDE, Memory.ALL, at, Memory.ORDER)
              .add(
                  FloatVector.fromMemorySegment(HALF, Memory.ALL, row + i * BYTES, Memory.ORDER)
                      .convertShape(VectorOperators.F2D, WIDE, 0));
      next.intoMemorySegment(Memory.ALL, at, Memory.ORDER);
      ((FloatVector) next.convertShape(VectorOperators.D2F, HALF, 0))
          .intoMemorySegment(Memory.ALL, to + i * BYTES, Memory.ORDER);
    }
    for (; i < count; i++) {
      long at = running + i * WIDE_BYTES;
      double next = Memory.getDouble(at) + Memory.getFloat(row + i * BYTES);
      Memory.putDouble(at, next);
      Memory.putFloat(to + i * BYTES, (float) next);
    }
  }

  /// Multiplies running products by a row, and writes them as floats.
  ///
  /// @param running the address of the first of `count` doubles
  static void multiplyRunning(long row, long running, long to, long count) {
    long i = 0;
    for (; i + WIDE_LANES <= count; i += WIDE_LANES) {
      long at = running + i * WIDE_BYTES;
      DoubleVector next =
          DoubleVector.fromMemorySegment(WIDE, Memory.ALL, at, Memory.ORDER)
              .mul(
                  FloatVector.fromMemorySegment(HALF, Memory.ALL, row + i * BYTES, Memory.ORDER)
                      .convertShape(VectorOperators.F2D, WIDE, 0));
      next.intoMemorySegment(Memory.ALL, at, Memory.ORDER);
      ((FloatVector) next.convertShape(VectorOperators.D2F, HALF, 0))
          .intoMemorySegment(Memory.ALL, to + i * BYTES, Memory.ORDER);
    }
    for (; i < count; i++) {
      long at = running + i * WIDE_BYTES;
      double next = Memory.getDouble(at) * Memory.getFloat(row + i * BYTES);
      Memory.putDouble(at, next);
      Memory.putFloat(to + i * BYTES, (float) next);
    }
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
      FloatVector w = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at, Memory.ORDER);
      FloatVector x =
          FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + LANES * BYTES, Memory.ORDER);
      FloatVector y =
          FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 2 * LANES * BYTES, Memory.ORDER);
      FloatVector z =
          FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 3 * LANES * BYTES, Memory.ORDER);
      a = a.blend(w, w.compare(VectorOperators.GT, a));
      b = b.blend(x, x.compare(VectorOperators.GT, b));
      c = c.blend(y, y.compare(VectorOperators.GT, c));
      d = d.blend(z, z.compare(VectorOperators.GT, d));
      nan =
          nan.or(w.compare(VectorOperators.NE, w))
              .or(x.compare(VectorOperators.NE, x))
              .or(y.compare(VectorOperators.NE, y))
              .or(z.compare(VectorOperators.NE, z));
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
      FloatVector w = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at, Memory.ORDER);
      FloatVector x =
          FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + LANES * BYTES, Memory.ORDER);
      FloatVector y =
          FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 2 * LANES * BYTES, Memory.ORDER);
      FloatVector z =
          FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 3 * LANES * BYTES, Memory.ORDER);
      a = a.blend(w, w.compare(VectorOperators.LT, a));
      b = b.blend(x, x.compare(VectorOperators.LT, b));
      c = c.blend(y, y.compare(VectorOperators.LT, c));
      d = d.blend(z, z.compare(VectorOperators.LT, d));
      nan =
          nan.or(w.compare(VectorOperators.NE, w))
              .or(x.compare(VectorOperators.NE, x))
              .or(y.compare(VectorOperators.NE, y))
              .or(z.compare(VectorOperators.NE, z));
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

  /// Whether one of some elements, in whole vectors, has these bits.
  private static boolean contains(long address, long count, int bits) {
    for (long i = 0; i < count; i += LANES) {
      if (FloatVector.fromMemorySegment(SPECIES, Memory.ALL, address + i * BYTES, Memory.ORDER)
          .reinterpretAsInts()
          .compare(VectorOperators.EQ, bits)
          .anyTrue()) {
        return true;
      }
    }
    return false;
  }
}
