package arignote.autodiff;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;

/// The cheapest way to part a source from a sink in a network of edges with costs: by a maximum
/// flow, which Dinic's algorithm finds (Algorithm for Solution of a Problem of Maximum Flow in
/// Networks with Power Estimation, 1970).
final class MinimumCut {
  /// The cost of an edge that must not be cut.
  static final long INFINITE = Long.MAX_VALUE / 4;

  static final int SOURCE = 0;
  static final int SINK = 1;

  private static final class Edge {
    final int to;
    long free;
    final int twin;

    Edge(int to, long free, int twin) {
      this.to = to;
      this.free = free;
      this.twin = twin;
    }
  }

  private final List<List<Edge>> edges = new ArrayList<>();

  MinimumCut() {
    addNode();
    addNode();
  }

  int addNode() {
    edges.add(new ArrayList<>());
    return edges.size() - 1;
  }

  void addEdge(int from, int to, long cost) {
    edges.get(from).add(new Edge(to, cost, edges.get(to).size()));
    edges.get(to).add(new Edge(from, 0, edges.get(from).size() - 1));
  }

  /// The nodes on the source's side; of several cheapest cuts the one nearest to the source.
  BitSet sourceSide() {
    int[] levels = levels();
    while (levels[SINK] >= 0) {
      augment(levels);
      levels = levels();
    }
    BitSet side = new BitSet();
    for (int node = 0; node < levels.length; node++) {
      side.set(node, levels[node] >= 0);
    }
    return side;
  }

  /// How many edges with free capacity each node is away from the source; -1 if none lead there.
  private int[] levels() {
    int[] levels = new int[edges.size()];
    Arrays.fill(levels, -1);
    levels[SOURCE] = 0;
    Deque<Integer> queue = new ArrayDeque<>(List.of(SOURCE));
    while (!queue.isEmpty()) {
      int node = queue.remove();
      for (Edge edge : edges.get(node)) {
        if (edge.free > 0 && levels[edge.to] < 0) {
          levels[edge.to] = levels[node] + 1;
          queue.add(edge.to);
        }
      }
    }
    return levels;
  }

  /// Sends flow along shortest paths until each has a full edge.
  private void augment(int[] levels) {
    int[] next = new int[edges.size()];
    Deque<Edge> path = new ArrayDeque<>();
    while (true) {
      int node = path.isEmpty() ? SOURCE : path.getLast().to;
      if (node == SINK) {
        long flow = path.stream().mapToLong(edge -> edge.free).min().orElseThrow();
        for (Edge edge : path) {
          edge.free -= flow;
          edges.get(edge.to).get(edge.twin).free += flow;
        }
        path.clear();
        continue;
      }
      List<Edge> choices = edges.get(node);
      while (next[node] < choices.size() && !advances(choices.get(next[node]), node, levels)) {
        next[node]++;
      }
      if (next[node] < choices.size()) {
        path.addLast(choices.get(next[node]));
      } else if (path.isEmpty()) {
        return;
      } else {
        Edge dead = path.removeLast();
        int from = edges.get(dead.to).get(dead.twin).to;
        next[from]++;
      }
    }
  }

  private static boolean advances(Edge edge, int node, int[] levels) {
    return edge.free > 0 && levels[edge.to] == levels[node] + 1;
  }
}
