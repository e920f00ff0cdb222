package arignote.tests.runtime;

import static arignote.dsl.Values.input;
import static arignote.dsl.Values.shared;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ir.Input;
import arignote.ir.Shared;
import arignote.runtime.ArgumentException;
import arignote.runtime.Function;
import arignote.runtime.Results;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Results in memory of the caller's.
final class CallerMemoryTest {
  private final Shared calls = shared("calls", HostTensor.scalar(DType.I64, 0L));
  private final Input x = input("x", DType.F32, "N");
  private final Function f =
      Function.compile()
          .inputs(x)
          .outputs(x.add(1), x.mul(2))
          .update(calls, calls.add(1))
          .build("f");

  private String message(SegmentAllocator memory, Object argument) {
    String message = Messages.of(ArgumentException.class, () -> f.call(memory, argument));
    assertEquals(0, calls.get().getLong(0), "nothing is updated after an error");
    return message;
  }

  @Test
  void resultsLieInTheMemory() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(f.memory(Map.of("N", 2L)).results(), 64);
      for (int call = 0; call < 2; call++) {
        Results results = f.call(SegmentAllocator.slicingAllocator(memory), new float[] {call, 5});
        assertEquals(call + 1, memory.get(ValueLayout.JAVA_FLOAT, 0));
        assertEquals("f32[2] [%s.0, 6.0]".formatted(call + 1), results.get(0).toString());
        assertEquals("f32[2] [%s.0, 10.0]".formatted(2 * call), results.get(1).toString());
      }
    }
  }

  @Test
  void resultsLiveAsLongAsTheArena() {
    HostTensor result;
    try (Arena arena = Arena.ofConfined()) {
      result = f.call(arena, HostTensor.of(new float[] {1})).get(0);
      assertEquals(2, result.item());
    }
    assertThrows(IllegalStateException.class, result::item);
  }

  @Test
  void memoryThatIsTooSmallIsRefused() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(64, 64);
      String message = message(SegmentAllocator.slicingAllocator(memory), new float[2]);
      assertTrue(
          message.startsWith("function \"f\": the memory for result 1 has no 8 bytes: "), message);
      assertEquals(
          "function \"f\": the memory for result 0 has 4 bytes at %#x; expected 8 at a multiple of 64"
              .formatted(memory.address()),
          message((bytes, alignment) -> memory.asSlice(0, 4), new float[2]));
    }
  }

  @Test
  void memoryThatOverlapsIsRefused() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(256, 64);
      assertEquals(
          "function \"f\": the memory for result 1 overlaps that of result 0; allocate them apart, as"
              + " SegmentAllocator.slicingAllocator does",
          message(SegmentAllocator.prefixAllocator(memory), new float[2]));
      assertEquals(
          "function \"f\": the memory for result 0 overlaps argument 0",
          message(SegmentAllocator.slicingAllocator(memory), memory.asSlice(4, 8)));
      assertEquals(
          "f32[2] [1.0, 1.0]",
          f.call(SegmentAllocator.slicingAllocator(memory), memory.asSlice(128, 8))
              .get(0)
              .toString());
    }
  }

  @Test
  void memoryThatCannotBeWrittenToIsRefused() {
    assertEquals(
        "function \"f\": the memory for result 0 lies in the Java heap; allocate it from an Arena",
        message((bytes, alignment) -> MemorySegment.ofArray(new long[99]), new float[2]));
    try (Arena arena = Arena.ofConfined()) {
      assertEquals(
          "function \"f\": the memory for result 0 is read-only",
          message(
              (bytes, alignment) -> arena.allocate(bytes, alignment).asReadOnly(), new float[2]));
    }
    Arena closed = Arena.ofConfined();
    closed.close();
    assertEquals(
        "function \"f\": the memory for result 0 has no 8 bytes: Already closed",
        message(closed, new float[2]));
  }
}
