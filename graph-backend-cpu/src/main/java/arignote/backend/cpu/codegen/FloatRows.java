package arignote.backend.cpu.codegen;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
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
  private static final VectorSpecies<Integer> BITS =
      VectorSpecies.of(int.class, SPECIES.vectorShape());
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

  /// NaN if any is; of zeros, 0.0 is the larger one.
  static double max(long address, long count) {
    return largest(address, count, 0);
  }

  /// NaN if any is; of zeros, -0.0 is the smaller one.
  static double min(long address, long count) {
    return largest(address, count, Integer.MIN_VALUE);
  }

  /// The largest of some elements, at least as many as a vector has; with the signs inverted while
  /// they are compared, the smallest.
  ///
  /// Comparing and blending knows neither NaN nor the sign of 0, and is several times as fast as a
  /// maximum that does. Beside it runs a sum that becomes NaN if an element is, or if there are
  /// infinities of both signs; only then one looks which. What it adds is too small to overflow,
  /// and as it begins with 1, none of its values is subnormal, which is slow on some machines.
  private static float largest(long address, long count, int inverted) {
    FloatVector tiny = FloatVector.broadcast(SPECIES, Float.MIN_NORMAL);
    FloatVector a = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    FloatVector e = FloatVector.broadcast(SPECIES, 1);
    FloatVector f = e;
    FloatVector g = e;
    FloatVector h = e;
    long i = 0;
    for (; i + 4 * LANES <= count; i += 4 * LANES) {
      long at = address + i * BYTES;
      FloatVector w =
          IntVector.fromMemorySegment(BITS, Memory.ALL, at, Memory.ORDER)
              .lanewise(VectorOperators.XOR, inverted)
              .reinterpretAsFloats();
      FloatVector x =
          IntVector.fromMemorySegment(BITS, Memory.ALL, at + LANES * BYTES, Memory.ORDER)
              .lanewise(VectorOperators.XOR, inverted)
              .reinterpretAsFloats();
      FloatVector y =
          IntVector.fromMemorySegment(BITS, Memory.ALL, at + 2 * LANES * BYTES, Memory.ORDER)
              .lanewise(VectorOperators.XOR, inverted)
              .reinterpretAsFloats();
      FloatVector z =
          IntVector.fromMemorySegment(BITS, Memory.ALL, at + 3 * LANES * BYTES, Memory.ORDER)
              .lanewise(VectorOperators.XOR, inverted)
              .reinterpretAsFloats();
      a = a.blend(w, w.compare(VectorOperators.GT, a));
      b = b.blend(x, x.compare(VectorOperators.GT, b));
      c = c.blend(y, y.compare(VectorOperators.GT, c));
      d = d.blend(z, z.compare(VectorOperators.GT, d));
      e = w.fma(tiny, e);
      f = x.fma(tiny, f);
      g = y.fma(tiny, g);
      h = z.fma(tiny, h);
    }
    for (; i < count; i += LANES) {
      // The last vector has some of the one before again, which changes no maximum.
      long at = address + Math.min(i, count - LANES) * BYTES;
      FloatVector w =
          IntVector.fromMemorySegment(BITS, Memory.ALL, at, Memory.ORDER)
              .lanewise(VectorOperators.XOR, inverted)
              .reinterpretAsFloats();
      a = a.blend(w, w.compare(VectorOperators.GT, a));
      e = w.fma(tiny, e);
    }
    FloatVector nan = e.add(f).add(g.add(h));
    if (nan.compare(VectorOperators.NE, nan).anyTrue() && containsNan(address, count)) {
      return Float.NaN;
    }
    a = a.blend(b, b.compare(VectorOperators.GT, a));
    c = c.blend(d, d.compare(VectorOperators.GT, c));
    a = a.blend(c, c.compare(VectorOperators.GT, a));
    // Integers in the order of the numbers, whose maximum is fast.
    IntVector last = a.reinterpretAsInts();
    int order =
        last.lanewise(VectorOperators.ASHR, Integer.SIZE - 1)
            .and(Integer.MAX_VALUE)
            .lanewise(VectorOperators.XOR, last)
            .reduceLanes(VectorOperators.MAX);
    int bits = (order < 0 ? order ^ Integer.MAX_VALUE : order) ^ inverted;
    float largest = Float.intBitsToFloat(bits);
    return largest == 0 && contains(address, count, inverted)
        ? Float.intBitsToFloat(inverted)
        : largest;
  }

  private static boolean containsNan(long address, long count) {
    for (long i = 0; i < count; i += LANES) {
      long at = address + Math.min(i, count - LANES) * BYTES;
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at, Memory.ORDER);
      if (x.compare(VectorOperators.NE, x).anyTrue()) {
        return true;
      }
    }
    return false;
  }

  private static boolean contains(long address, long count, int bits) {
    for (long i = 0; i < count; i += LANES) {
      long at = address + Math.min(i, count - LANES) * BYTES;
      if (IntVector.fromMemorySegment(BITS, Memory.ALL, at, Memory.ORDER)
          .compare(VectorOperators.EQ, bits)
          .anyTrue()) {
        return true;
      }
    }
    return false;
  }
}
