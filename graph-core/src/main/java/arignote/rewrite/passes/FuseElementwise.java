package arignote.rewrite.passes;

import static java.util.Objects.requireNonNull;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Result;
import arignote.ir.Substitution;
import arignote.ir.Variable;
import arignote.rewrite.InnerGraphs;
import arignote.rewrite.Pass;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Makes each connected group of elementwise ops over one shape one [arignote.ir.op.Fused] node, so
/// that it runs as one loop; in scan bodies too. A value that is used outside its group as well
/// becomes one more output. Broadcasts move into the loop, and so do fills, iotas, sizes and scalar
/// computations made of these; where another node needs them too they stay outside as well.
///
/// ```
/// %0 = dot(%x, %w) : f32[B,4]             %0 = dot(%x, %w) : f32[B,4]
/// %1 = broadcast(%b) : f32[B,4]           %1, %2 = fused {
/// %2 = add(%0, %1) : f32[B,4]               with %x0: f32[B,4] = %0
/// %3 = tanh(%2) : f32[B,4]                  with %b: f32[4] = %b
/// return %2, %3                     =>      %3 = broadcast(%b) : f32[B,4]
///                                           %4 = add(%x0, %3) : f32[B,4]
///                                           %5 = tanh(%4) : f32[B,4]
///                                           yield %4, %5
///                                         } : f32[B,4], f32[B,4]
///                                         return %1, %2
/// ```
///
/// How groups stay free of cycles: every node gets a level, and an edge may stay inside a group
/// only if both ends have the same level. All other edges lead to a higher level, so a path that
/// leaves a group never returns to it. Levels start as low as possible; then nodes are raised to
/// the level of the consumer they can be fused with.
///
/// A concatenation of what such a loop computes is written by it, each part to its place.
///
/// A single op stays as it is unless a fill, iota or size moves into it. A larger group is cut into
/// pieces of at most [#MOST_OPS] ops.
public final class FuseElementwise implements Pass {
  /// How many ops one loop may have: enough for a cell of a recurrent network with its gradient.
  static final int MOST_OPS = 128;

  @Override
  public String name() {
    return "fuse-elementwise";
  }

  @Override
  public Graph apply(Graph graph) {
    return fuse(InnerGraphs.rewrite(graph, FuseElementwise::fuse));
  }

  private static Graph fuse(Graph graph) {
    FusionLevels levels = new FusionLevels(graph);
    List<FusionGroup> groups = groups(graph, levels);
    if (groups.stream().noneMatch(group -> group.isWorthwhile(levels))) {
      return graph;
    }
    Substitution substitution = new Substitution();
    for (FusionGroup group : groups) {
      if (group.isWorthwhile(levels)) {
        group.replace(levels, substitution);
      } else {
        group.members().forEach(substitution::rebuild);
      }
    }
    return substitution.apply(graph);
  }

  /// All nodes in groups, most of them alone, each group after those it needs.
  static List<FusionGroup> groups(Graph graph, FusionLevels levels) {
    List<Apply> applies = levels.applies();
    int[] parent = new int[applies.size()];
    IdentityHashMap<Apply, Integer> positions = new IdentityHashMap<>();
    for (int i = 0; i < parent.length; i++) {
      parent[i] = i;
      positions.put(applies.get(i), i);
      for (Variable operand : applies.get(i).operands()) {
        if (operand instanceof Result result
            && levels.mayFuse(result.apply(), applies.get(i))
            && levels.level(result.apply()) == levels.level(applies.get(i))) {
          int left = root(parent, requireNonNull(positions.get(result.apply())));
          int right = root(parent, i);
          parent[Math.max(left, right)] = Math.min(left, right);
        }
      }
    }
    List<List<Apply>> pieces = pieces(applies, parent);
    // Pieces of one level are independent or, cut from one group, in order already: the sort is
    // stable.
    pieces.sort(Comparator.comparingInt(piece -> levels.level(piece.getFirst())));
    IdentityHashMap<Apply, Integer> pieceOf = new IdentityHashMap<>();
    for (int i = 0; i < pieces.size(); i++) {
      for (Apply member : pieces.get(i)) {
        pieceOf.put(member, i);
      }
    }
    Set<Variable> returned = Collections.newSetFromMap(new IdentityHashMap<>());
    returned.addAll(graph.outputs());
    List<List<Result>> escaping = new ArrayList<>();
    pieces.forEach(_ -> escaping.add(new ArrayList<>()));
    for (Result result : levels.results()) {
      int piece = requireNonNull(pieceOf.get(result.apply()));
      boolean used = returned.contains(result);
      for (Apply consumer : levels.consumers(result)) {
        used |= requireNonNull(pieceOf.get(consumer)) != piece;
      }
      if (used) {
        escaping.get(piece).add(result);
      }
    }
    List<FusionGroup> groups = new ArrayList<>();
    for (int i = 0; i < pieces.size(); i++) {
      groups.add(new FusionGroup(pieces.get(i), escaping.get(i)));
    }
    return groups;
  }

  /// The members of each group in order, cut where there are too many.
  private static List<List<Apply>> pieces(List<Apply> applies, int[] parent) {
    Map<Integer, List<Apply>> open = new HashMap<>();
    List<List<Apply>> pieces = new ArrayList<>();
    for (int i = 0; i < parent.length; i++) {
      int root = root(parent, i);
      List<Apply> piece = open.get(root);
      if (piece == null || piece.size() == MOST_OPS) {
        piece = new ArrayList<>();
        open.put(root, piece);
        pieces.add(piece);
      }
      piece.add(applies.get(i));
    }
    return pieces;
  }

  private static int root(int[] parent, int index) {
    int root = index;
    while (parent[root] != root) {
      root = parent[root];
    }
    int next = index;
    while (parent[next] != root) {
      int up = parent[next];
      parent[next] = root;
      next = up;
    }
    return root;
  }
}
