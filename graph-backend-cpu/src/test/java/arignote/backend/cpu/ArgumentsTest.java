package arignote.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Memory of every kind as an argument.
class ArgumentsTest {
  private static final Compiled DOUBLED =
      Compiled.parse(
          """
          graph @doubled(%x: f32[N]) -> f32[N] {
            %0 = add(%x, %x) : f32[N]
            return %0
          }
          """);

  private static String doubled(HostTensor argument) {
    List<HostTensor> results = DOUBLED.call(List.of(argument));
    return results.getFirst().elementsToString();
  }

  @Test
  void memoryInTheHeap() {
    float[] values = {1, 2, 3};
    assertEquals(
        "[2.0, 4.0, 6.0]", doubled(HostTensor.wrap(MemorySegment.ofArray(values), DType.F32, 3)));
  }

  @Test
  void memoryOutOfStep() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment odd = arena.allocate(13, 4).asSlice(1);
      HostTensor tensor = HostTensor.wrap(odd, DType.F32, 3);
      tensor.copyFrom(HostTensor.of(new float[] {1, 2, 3}, 3));
      assertEquals("[2.0, 4.0, 6.0]", doubled(tensor));
    }
  }

  @Test
  void memoryOutsideOfTheHeapIsNotCopied() {
    try (Arena arena = Arena.ofConfined()) {
      HostTensor tensor = HostTensor.wrap(arena.allocate(12, 4), DType.F32, 3);
      assertSame(tensor, NativeTensors.readable(tensor));
    }
  }
}
