package arignote.backend.cpu.codegen;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Reductions of rows of adjacent `f32` in vectors. Loaded only where the Vector API is there.
///
/// Sums and products are those of four vectors side by side, the lanes of which are then combined
/// in order in double precision: always the same bits.
final class FloatRows {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final long BYTES = 4;

  private FloatRows() {}

  private static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(SPECIES, Memory.ALL, address, Memory.ORDER);
  }

  /// @param scratch room for one vector
  static double sum(long address, long count, long scratch) {
    FloatVector a = FloatVector.zero(SPECIES);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    long i = 0;
    for (; i + 4L * LANES <= count; i += 4L * LANES) {
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
      sum += Memory.getFloat(scratch + lane * BYTES);
    }
    for (; i < count; i++) {
      sum += Memory.getFloat(address + i * BYTES);
    }
    return sum;
  }

  static double max(long address, long count) {
    FloatVector a = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    FloatVector b = a;
    long i = 0;
    for (; i + 2L * LANES <= count; i += 2L * LANES) {
      a = a.max(load(address + i * BYTES));
      b = b.max(load(address + (i + LANES) * BYTES));
    }
    float max = a.max(b).reduceLanes(VectorOperators.MAX);
    for (; i < count; i++) {
      max = Math.max(max, Memory.getFloat(address + i * BYTES));
    }
    return max;
  }

  static double min(long address, long count) {
    FloatVector a = FloatVector.broadcast(SPECIES, Float.POSITIVE_INFINITY);
    FloatVector b = a;
    long i = 0;
    for (; i + 2L * LANES <= count; i += 2L * LANES) {
      a = a.min(load(address + i * BYTES));
      b = b.min(load(address + (i + LANES) * BYTES));
    }
    float min = a.min(b).reduceLanes(VectorOperators.MIN);
    for (; i < count; i++) {
      min = Math.min(min, Memory.getFloat(address + i * BYTES));
    }
    return min;
  }
}
