package arignote.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.plan.BufferPlan.Lifetime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BufferPlanTest {
  @Test
  void buffersThatAreNotNeededTogetherShareMemory() {
    BufferPlan plan =
        BufferPlan.of(
            List.of(new Lifetime(0, 1, 1000), new Lifetime(1, 2, 64), new Lifetime(2, 3, 1000)));
    assertEquals(0, plan.offset(0));
    assertEquals(1024, plan.offset(1));
    assertEquals(0, plan.offset(2));
    assertEquals(1088, plan.bytes());
  }

  @Test
  void theLastGapGrowsRatherThanTheMemory() {
    BufferPlan plan = BufferPlan.of(List.of(new Lifetime(0, 0, 64), new Lifetime(1, 1, 128)));
    assertEquals(0, plan.offset(1));
    assertEquals(128, plan.bytes());
  }

  @Test
  void aChainOfBuffersNeedsTwo() {
    List<Lifetime> chain = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      chain.add(new Lifetime(i, i + 1, 256));
    }
    assertEquals(512, BufferPlan.of(chain).bytes());
  }

  /// The peak is 1024 bytes, at 3. In the order of first need, the buffer that stays, behind the
  /// first one, leaves no gap for the last.
  @Test
  void whatStaysDoesNotCutTheMemory() {
    BufferPlan plan =
        BufferPlan.of(
            List.of(new Lifetime(0, 1, 512), new Lifetime(1, 3, 64), new Lifetime(2, 3, 960)));
    assertEquals(1024, plan.bytes());
  }

  /// As in a recurrent network: histories that the forward loop leaves for the backward loop, and
  /// the largest buffer behind that. Never are more than 832 bytes needed at once. In the order of
  /// first need they would take 1472 bytes, by falling size 1024.
  @Test
  void whatStaysLongComesBeforeWhatIsLargeAndShort() {
    List<Lifetime> lifetimes = new ArrayList<>();
    lifetimes.add(new Lifetime(0, 9, 64));
    lifetimes.add(new Lifetime(1, 2, 256));
    lifetimes.add(new Lifetime(2, 9, 64));
    lifetimes.addAll(Collections.nCopies(6, new Lifetime(2, 6, 64)));
    lifetimes.add(new Lifetime(5, 6, 64));
    lifetimes.add(new Lifetime(6, 9, 256));
    lifetimes.add(new Lifetime(8, 9, 448));
    assertEquals(832, BufferPlan.of(lifetimes).bytes());
  }

  @Test
  void randomBuffersNeverOverlapWhileBothLive() {
    long seed = 99;
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      List<Lifetime> lifetimes = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        int from = random.nextInt(50);
        lifetimes.add(new Lifetime(from, from + random.nextInt(12), random.nextInt(2000)));
      }
      BufferPlan plan = BufferPlan.of(lifetimes);
      for (int i = 0; i < lifetimes.size(); i++) {
        assertEquals(0, plan.offset(i) % BufferPlan.ALIGNMENT);
        assertTrue(plan.offset(i) + lifetimes.get(i).bytes() <= plan.bytes());
        for (int j = 0; j < i; j++) {
          assertTrue(
              areApart(plan, lifetimes, i, j),
              "seed %d, round %d: buffers %d and %d overlap".formatted(seed, round, i, j));
        }
      }
    }
  }

  private static boolean areApart(BufferPlan plan, List<Lifetime> lifetimes, int i, int j) {
    Lifetime left = lifetimes.get(i);
    Lifetime right = lifetimes.get(j);
    return left.to() < right.from()
        || right.to() < left.from()
        || plan.offset(i) + left.bytes() <= plan.offset(j)
        || plan.offset(j) + right.bytes() <= plan.offset(i);
  }
}
