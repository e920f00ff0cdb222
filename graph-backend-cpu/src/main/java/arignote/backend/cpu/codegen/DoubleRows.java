package arignote.backend.cpu.codegen;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
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
  private static final VectorSpecies<Long> BITS =
      VectorSpecies.of(long.class, SPECIES.vectorShape());
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

  /// NaN if any is; of zeros, 0.0 is the larger one.
  static double max(long address, long count) {
    return largest(address, count, 0);
  }

  /// NaN if any is; of zeros, -0.0 is the smaller one.
  static double min(long address, long count) {
    return largest(address, count, Long.MIN_VALUE);
  }

  /// The largest of some elements, at least as many as a vector has; with the signs inverted while
  /// they are compared, the smallest.
  ///
  /// Comparing and blending knows neither NaN nor the sign of 0, and is several times as fast as a
  /// maximum that does. Beside it runs a sum that becomes NaN if an element is, or if there are
  /// infinities of both signs; only then one looks which. What it adds is too small to overflow,
  /// and as it begins with 1, none of its values is subnormal, which is slow on some machines.
  private static double largest(long address, long count, long inverted) {
    DoubleVector tiny = DoubleVector.broadcast(SPECIES, Double.MIN_NORMAL);
    DoubleVector a = DoubleVector.broadcast(SPECIES, Double.NEGATIVE_INFINITY);
    DoubleVector b = a;
    DoubleVector c = a;
    DoubleVector d = a;
    DoubleVector e = DoubleVector.broadcast(SPECIES, 1);
    DoubleVector f = e;
    DoubleVector g = e;
    DoubleVector h = e;
    long i = 0;
    for (; i + 4 * LANES <= count; i += 4 * LANES) {
      long at = address + i * BYTES;
      DoubleVector w =
          LongVector.fromMemorySegment(BITS, Memory.ALL, at, Memory.ORDER)
              .lanewise(VectorOperators.XOR, inverted)
              .reinterpretAsDoubles();
      DoubleVector x =
          LongVector.fromMemorySegment(BITS, Memory.ALL, at + LANES * BYTES, Memory.ORDER)
              .lanewise(VectorOperators.XOR, inverted)
              .reinterpretAsDoubles();
      DoubleVector y =
          LongVector.fromMemorySegment(BITS, Memory.ALL, at + 2 * LANES * BYTES, Memory.ORDER)
              .lanewise(VectorOperators.XOR, inverted)
              .reinterpretAsDoubles();
      DoubleVector z =
          LongVector.fromMemorySegment(BITS, Memory.ALL, at + 3 * LANES * BYTES, Memory.ORDER)
              .lanewise(VectorOperators.XOR, inverted)
              .reinterpretAsDoubles();
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
      DoubleVector w =
          LongVector.fromMemorySegment(BITS, Memory.ALL, at, Memory.ORDER)
              .lanewise(VectorOperators.XOR, inverted)
              .reinterpretAsDoubles();
      a = a.blend(w, w.compare(VectorOperators.GT, a));
      e = w.fma(tiny, e);
    }
    DoubleVector nan = e.add(f).add(g.add(h));
    if (nan.compare(VectorOperators.NE, nan).anyTrue() && containsNan(address, count)) {
      return Double.NaN;
    }
    a = a.blend(b, b.compare(VectorOperators.GT, a));
    c = c.blend(d, d.compare(VectorOperators.GT, c));
    a = a.blend(c, c.compare(VectorOperators.GT, a));
    // Integers in the order of the numbers, whose maximum is fast.
    LongVector last = a.reinterpretAsLongs();
    long order =
        last.lanewise(VectorOperators.ASHR, Long.SIZE - 1)
            .and(Long.MAX_VALUE)
            .lanewise(VectorOperators.XOR, last)
            .reduceLanes(VectorOperators.MAX);
    long bits = (order < 0 ? order ^ Long.MAX_VALUE : order) ^ inverted;
    double largest = Double.longBitsToDouble(bits);
    return largest == 0 && contains(address, count, inverted)
        ? Double.longBitsToDouble(inverted)
        : largest;
  }

  private static boolean containsNan(long address, long count) {
    for (long i = 0; i < count; i += LANES) {
      long at = address + Math.min(i, count - LANES) * BYTES;
      DoubleVector x = DoubleVector.fromMemorySegment(SPECIES, Memory.ALL, at, Memory.ORDER);
      if (x.compare(VectorOperators.NE, x).anyTrue()) {
        return true;
      }
    }
    return false;
  }

  private static boolean contains(long address, long count, long bits) {
    for (long i = 0; i < count; i += LANES) {
      long at = address + Math.min(i, count - LANES) * BYTES;
      if (LongVector.fromMemorySegment(BITS, Memory.ALL, at, Memory.ORDER)
          .compare(VectorOperators.EQ, bits)
          .anyTrue()) {
        return true;
      }
    }
    return false;
  }
}
