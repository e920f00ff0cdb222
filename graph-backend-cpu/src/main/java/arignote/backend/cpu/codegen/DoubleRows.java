package arignote.backend.cpu.codegen;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Reductions of rows of adjacent `f64` in vectors. Loaded only where the Vector API is there.
///
/// Sums are those of four vectors side by side, the lanes of which are then added up in order:
/// always the same bits. With vectors of 8, a sum of `n` elements is off by at most `(n / 32 + 16)
/// * 2^-53` times the sum of absolute values; who reduces long rows does it in blocks.
///
/// No method takes or returns vectors, see [FloatRows].
final class DoubleRows {
  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final long LANES = SPECIES.length();
  private static final long BYTES = 8;

  private DoubleRows() {}

  /// @param scratch room for one vector
  static double sum(long address, long count, long scratch) {
    DoubleVector a = DoubleVector.zero(SPECIES);
    DoubleVector b = a;
    DoubleVector c = a;
    DoubleVector d = a;
    long i = 0;
    for (; i + 4 * LANES <= count; i += 4 * LANES) {
      long at = address + i * BYTES;
      a = a.add(DoubleVector.fromMemorySegment(SPECIES, Memory.ALL, at, Memory.ORDER));
      b =
          b.add(
              DoubleVector.fromMemorySegment(
                  SPECIES, Memory.ALL, at + LANES * BYTES, Memory.ORDER));
      c =
          c.add(
              DoubleVector.fromMemorySegment(
                  SPECIES, Memory.ALL, at + 2 * LANES * BYTES, Memory.ORDER));
      d =
          d.add(
              DoubleVector.fromMemorySegment(
                  SPECIES, Memory.ALL, at + 3 * LANES * BYTES, Memory.ORDER));
    }
    for (; i + LANES <= count; i += LANES) {
      a =
          a.add(
              DoubleVector.fromMemorySegment(
                  SPECIES, Memory.ALL, address + i * BYTES, Memory.ORDER));
    }
    a.add(b).add(c.add(d)).intoMemorySegment(Memory.ALL, scratch, Memory.ORDER);
    double sum = 0;
    for (int lane = 0; lane < LANES; lane++) {
      sum += Memory.getDouble(scratch + lane * BYTES);
    }
    for (; i < count; i++) {
      sum += Memory.getDouble(address + i * BYTES);
    }
    return sum;
  }

  /// NaN if any is; of zeros, 0.0 is the larger one. The comparisons in between know neither, which
  /// makes them several times as fast as a maximum that does.
  static double max(long address, long count) {
    DoubleVector a = DoubleVector.broadcast(SPECIES, Double.NEGATIVE_INFINITY);
    DoubleVector b = a;
    DoubleVector c = a;
    DoubleVector d = a;
    VectorMask<Double> nan = SPECIES.maskAll(false);
    long i = 0;
    for (; i + 4 * LANES <= count; i += 4 * LANES) {
      long at = address + i * BYTES;
      DoubleVector w = DoubleVector.fromMemorySegment(SPECIES, Memory.ALL, at, Memory.ORDER);
      DoubleVector x =
          DoubleVector.fromMemorySegment(SPECIES, Memory.ALL, at + LANES * BYTES, Memory.ORDER);
      DoubleVector y =
          DoubleVector.fromMemorySegment(SPECIES, Memory.ALL, at + 2 * LANES * BYTES, Memory.ORDER);
      DoubleVector z =
          DoubleVector.fromMemorySegment(SPECIES, Memory.ALL, at + 3 * LANES * BYTES, Memory.ORDER);
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
    double max = a.max(b).max(c.max(d)).reduceLanes(VectorOperators.MAX);
    long whole = i;
    for (; i < count; i++) {
      max = Math.max(max, Memory.getDouble(address + i * BYTES));
    }
    if (nan.anyTrue()) {
      return Double.NaN;
    }
    return max == 0 && contains(address, whole, 0L) ? 0.0 : max;
  }

  /// NaN if any is; of zeros, -0.0 is the smaller one.
  static double min(long address, long count) {
    DoubleVector a = DoubleVector.broadcast(SPECIES, Double.POSITIVE_INFINITY);
    DoubleVector b = a;
    DoubleVector c = a;
    DoubleVector d = a;
    VectorMask<Double> nan = SPECIES.maskAll(false);
    long i = 0;
    for (; i + 4 * LANES <= count; i += 4 * LANES) {
      long at = address + i * BYTES;
      DoubleVector w = DoubleVector.fromMemorySegment(SPECIES, Memory.ALL, at, Memory.ORDER);
      DoubleVector x =
          DoubleVector.fromMemorySegment(SPECIES, Memory.ALL, at + LANES * BYTES, Memory.ORDER);
      DoubleVector y =
          DoubleVector.fromMemorySegment(SPECIES, Memory.ALL, at + 2 * LANES * BYTES, Memory.ORDER);
      DoubleVector z =
          DoubleVector.fromMemorySegment(SPECIES, Memory.ALL, at + 3 * LANES * BYTES, Memory.ORDER);
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
    double min = a.min(b).min(c.min(d)).reduceLanes(VectorOperators.MIN);
    long whole = i;
    for (; i < count; i++) {
      min = Math.min(min, Memory.getDouble(address + i * BYTES));
    }
    if (nan.anyTrue()) {
      return Double.NaN;
    }
    return min == 0 && contains(address, whole, Long.MIN_VALUE) ? -0.0 : min;
  }

  /// Whether one of some elements, in whole vectors, has these bits.
  private static boolean contains(long address, long count, long bits) {
    for (long i = 0; i < count; i += LANES) {
      if (DoubleVector.fromMemorySegment(SPECIES, Memory.ALL, address + i * BYTES, Memory.ORDER)
          .reinterpretAsLongs()
          .compare(VectorOperators.EQ, bits)
          .anyTrue()) {
        return true;
      }
    }
    return false;
  }
}
