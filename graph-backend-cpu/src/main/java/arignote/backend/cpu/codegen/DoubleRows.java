package arignote.backend.cpu.codegen;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Reductions of rows of adjacent `f64` in vectors. Loaded only where the Vector API is there.
///
/// Sums are those of four vectors side by side, the lanes of which are then added up in order:
/// always the same bits. With vectors of 8, a sum of `n` elements is off by at most `(n / 32 + 16) *
/// 2^-53` times the sum of absolute values; who reduces long rows does it in blocks.
final class DoubleRows {
  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final long LANES = SPECIES.length();
  private static final long BYTES = 8;

  private DoubleRows() {}

  private static DoubleVector load(long address) {
    return DoubleVector.fromMemorySegment(SPECIES, Memory.ALL, address, Memory.ORDER);
  }

  /// @param scratch room for one vector
  static double sum(long address, long count, long scratch) {
    DoubleVector a = DoubleVector.zero(SPECIES);
    DoubleVector b = a;
    DoubleVector c = a;
    DoubleVector d = a;
    long i = 0;
    for (; i + 4 * LANES <= count; i += 4 * LANES) {
      long at = address + i * BYTES;
      a = a.add(load(at));
      b = b.add(load(at + LANES * BYTES));
      c = c.add(load(at + 2 * LANES * BYTES));
      d = d.add(load(at + 3 * LANES * BYTES));
    }
    for (; i + LANES <= count; i += LANES) {
      a = a.add(load(address + i * BYTES));
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

  static double max(long address, long count) {
    DoubleVector a = DoubleVector.broadcast(SPECIES, Double.NEGATIVE_INFINITY);
    DoubleVector b = a;
    long i = 0;
    for (; i + 2 * LANES <= count; i += 2 * LANES) {
      a = a.max(load(address + i * BYTES));
      b = b.max(load(address + (i + LANES) * BYTES));
    }
    double max = a.max(b).reduceLanes(VectorOperators.MAX);
    for (; i < count; i++) {
      max = Math.max(max, Memory.getDouble(address + i * BYTES));
    }
    return max;
  }

  static double min(long address, long count) {
    DoubleVector a = DoubleVector.broadcast(SPECIES, Double.POSITIVE_INFINITY);
    DoubleVector b = a;
    long i = 0;
    for (; i + 2 * LANES <= count; i += 2 * LANES) {
      a = a.min(load(address + i * BYTES));
      b = b.min(load(address + (i + LANES) * BYTES));
    }
    double min = a.min(b).reduceLanes(VectorOperators.MIN);
    for (; i < count; i++) {
      min = Math.min(min, Memory.getDouble(address + i * BYTES));
    }
    return min;
  }
}
