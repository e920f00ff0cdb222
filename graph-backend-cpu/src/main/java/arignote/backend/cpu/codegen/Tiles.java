package arignote.backend.cpu.codegen;

import arignote.tensor.DType;
import java.lang.constant.ClassDesc;
import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandles;
import java.util.concurrent.atomic.AtomicReferenceArray;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/// The tiles that matrix products of one float type are made of, each written when first needed.
/// Loaded only where the Vector API is there.
///
/// The largest has [#ROWS] rows and as many vectors as registers hold beside the operands: with 32
/// registers 16 sums, four vectors and a broadcast; with 16 registers half of that.
public final class Tiles {
  /// The most rows of a tile.
  public static final int ROWS = 4;

  /// The most rounds of calls, of so many terms each, and how long a round takes once the JVM's
  /// best compiler is done with the tile; in nanoseconds, with much room.
  private static final int WARM_UP_ROUNDS = 500;

  private static final int WARM_UP_CALLS = 100;
  private static final int WARM_UP_DEPTH = 16;
  private static final long WARM = WARM_UP_CALLS * 1000L;

  private final DType dtype;
  private final int lanes;
  private final int vectors;
  private final AtomicReferenceArray<@Nullable Tile> tiles;

  /// The tiles of `f32` or `f64`.
  public Tiles(DType dtype) {
    this.dtype = dtype;
    this.lanes =
        switch (dtype) {
          case F32 -> FloatVector.SPECIES_PREFERRED.length();
          case F64 -> DoubleVector.SPECIES_PREFERRED.length();
          case BOOL, I32, I64 ->
              throw new IllegalArgumentException("no products of " + dtype + " in vectors");
        };
    this.vectors = hasManyRegisters() ? 4 : 2;
    this.tiles = new AtomicReferenceArray<>((ROWS + 1) * (vectors + 1));
  }

  /// Whether multiplying and adding in vectors is one instruction here: with AVX2 or more, and on
  /// ARM. Elsewhere the Vector API would compute it in a thousand.
  public static boolean areFast() {
    return FloatVector.SPECIES_PREFERRED.vectorBitSize() >= 256 || isArm();
  }

  private static boolean isArm() {
    return System.getProperty("os.arch", "").equals("aarch64");
  }

  private static boolean hasManyRegisters() {
    return FloatVector.SPECIES_PREFERRED.vectorBitSize() >= 512 || isArm();
  }

  /// The number of elements in a vector.
  public int lanes() {
    return lanes;
  }

  /// The number of columns of the widest tile.
  public int columns() {
    return vectors * lanes;
  }

  /// A tile of one to [#ROWS] rows, and so many vectors as hold some columns.
  public Tile tile(int rows, int columns) {
    int width = (columns + lanes - 1) / lanes;
    int index = rows * (vectors + 1) + width;
    Tile known = tiles.get(index);
    if (known == null) {
      known = define(rows, width);
      tiles.set(index, known);
    }
    return known;
  }

  private Tile define(int rows, int width) {
    byte[] bytes =
        TileWriter.write(
            ClassDesc.of(Tiles.class.getPackageName(), "GeneratedTile"),
            dtype,
            rows,
            width,
            lanes * dtype.bytes());
    try {
      return (Tile)
          MethodHandles.lookup()
              .defineHiddenClass(bytes, true)
              .lookupClass()
              .getDeclaredConstructor()
              .newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "a tile of %d rows and %d vectors of %s cannot be made".formatted(rows, width, dtype), e);
    }
  }

  /// Runs the largest tile on a little memory until the JVM has compiled it.
  void warmUp() {
    try (Arena arena = Arena.ofConfined()) {
      long row = (long) columns() * dtype.bytes();
      long memory = arena.allocate(ROWS * row, Long.BYTES).address();
      Tile tile = tile(ROWS, columns());
      boolean warm = false;
      for (int round = 0; round < WARM_UP_ROUNDS && !warm; round++) {
        long start = System.nanoTime();
        for (int call = 0; call < WARM_UP_CALLS; call++) {
          tile.run(memory, 0, 0, memory, 0, memory, row, memory, row, 1, 0, WARM_UP_DEPTH);
        }
        warm = System.nanoTime() - start < WARM;
      }
    }
  }
}
