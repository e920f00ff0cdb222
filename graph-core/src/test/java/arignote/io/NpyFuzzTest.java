package arignote.io;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Damaged files are either read or refused: nothing but an [NpyException] comes out.
class NpyFuzzTest {
  private static final int ROUNDS = 1500;

  @TempDir Path folder;

  private final long seed = Long.getLong("fuzz.seed", 815);
  private final Random random = new Random(seed);

  @Test
  void damagedArrays() throws IOException {
    List<String> names =
        List.of("f4.npy", "big_fortran.npy", "version2.npy", "b1.npy", "halves.npy");
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] damaged = damaged(Resources.bytes(names.get(random.nextInt(names.size()))));
      Path file = Files.write(folder.resolve("damaged.npy"), damaged);
      refused += refuses(round, damaged, () -> Npy.read(file));
      refuses(round, damaged, () -> Npy.read(new ByteArrayInputStream(damaged)));
    }
    assertTrue(refused > ROUNDS / 4 && refused < ROUNDS, refused + " refused");
  }

  /// All but the damage that the sums do not cover, such as dates, is found.
  @Test
  void damagedArchives() throws IOException {
    List<String> names = List.of("saved.npz", "compressed.npz", "positional.npz");
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] damaged = damaged(Resources.bytes(names.get(random.nextInt(names.size()))));
      Path file = Files.write(folder.resolve("damaged.npz"), damaged);
      refused += refuses(round, damaged, () -> Npz.read(file));
    }
    assertTrue(refused > ROUNDS / 2 && refused < ROUNDS, refused + " refused");
  }

  private int refuses(int round, byte[] damaged, Runnable read) {
    try {
      read.run();
      return 0;
    } catch (NpyException e) {
      return 1;
    } catch (RuntimeException | Error e) {
      return fail(
          "seed %d, round %d: %s in %s".formatted(seed, round, e, Arrays.toString(damaged)), e);
    }
  }

  private byte[] damaged(byte[] bytes) {
    byte[] damaged = bytes;
    for (int damage = random.nextInt(3); damage >= 0; damage--) {
      damaged =
          switch (random.nextInt(4)) {
            case 0 -> Arrays.copyOf(damaged, random.nextInt(damaged.length + 1));
            case 1 -> Arrays.copyOf(damaged, damaged.length + random.nextInt(100));
            default -> damaged.clone();
          };
      for (int flips = random.nextInt(4); flips >= 0 && damaged.length > 0; flips--) {
        // Most of the structure is near the beginning or, in archives, near the end.
        int near = Math.min(damaged.length, 1 << random.nextInt(12));
        int at = random.nextInt(near);
        int index = random.nextBoolean() ? at : damaged.length - 1 - at;
        damaged[index] =
            random.nextBoolean()
                ? (byte) (damaged[index] ^ 1 << random.nextInt(8))
                : (byte) random.nextInt(256);
      }
    }
    return damaged;
  }
}
