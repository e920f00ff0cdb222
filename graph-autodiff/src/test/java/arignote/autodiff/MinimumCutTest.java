package arignote.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MinimumCutTest {
  private record Edge(int from, int to, long cost) {}

  private static long cost(List<Edge> edges, BitSet side) {
    return edges.stream()
        .filter(edge -> side.get(edge.from) && !side.get(edge.to))
        .mapToLong(Edge::cost)
        .sum();
  }

  @Test
  void asCheapAsTheCheapestOfAllCuts() {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      int nodes = random.nextInt(2, 9);
      MinimumCut network = new MinimumCut();
      for (int i = 2; i < nodes; i++) {
        network.addNode();
      }
      List<Edge> edges = new ArrayList<>();
      for (int i = random.nextInt(0, 4 * nodes); i > 0; i--) {
        Edge edge = new Edge(random.nextInt(nodes), random.nextInt(nodes), random.nextInt(0, 10));
        edges.add(edge);
        network.addEdge(edge.from, edge.to, edge.cost);
      }
      long cheapest = Long.MAX_VALUE;
      List<BitSet> best = new ArrayList<>();
      for (long subset = 0; subset < 1L << nodes; subset++) {
        BitSet side = BitSet.valueOf(new long[] {subset});
        if (side.get(MinimumCut.SOURCE) && !side.get(MinimumCut.SINK)) {
          long cost = cost(edges, side);
          if (cost < cheapest) {
            cheapest = cost;
            best.clear();
          }
          if (cost == cheapest) {
            best.add(side);
          }
        }
      }
      BitSet found = network.sourceSide();
      assertEquals(cheapest, cost(edges, found), "seed " + seed);
      // The one nearest to the source lies within all others.
      for (BitSet other : best) {
        BitSet beyond = (BitSet) found.clone();
        beyond.andNot(other);
        assertEquals(new BitSet(), beyond, "seed " + seed);
      }
    }
  }

  @Test
  void longChains() {
    MinimumCut network = new MinimumCut();
    int at = MinimumCut.SOURCE;
    for (int i = 0; i < 100_000; i++) {
      int next = network.addNode();
      network.addEdge(at, next, i == 70_000 ? 1 : 2);
      at = next;
    }
    network.addEdge(at, MinimumCut.SINK, MinimumCut.INFINITE);
    assertEquals(70_001, network.sourceSide().cardinality());
  }
}
