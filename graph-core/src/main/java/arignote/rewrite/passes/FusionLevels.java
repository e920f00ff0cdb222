package arignote.rewrite.passes;

import static java.util.Objects.requireNonNull;

import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Cast;
import arignote.ir.op.Compare;
import arignote.ir.op.Concat;
import arignote.ir.op.DimSize;
import arignote.ir.op.Fill;
import arignote.ir.op.Iota;
import arignote.ir.op.Op;
import arignote.ir.op.Select;
import arignote.ir.op.Unary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Which nodes of a graph can go into loops, and the level of each, see [FuseElementwise].
final class FusionLevels {
  /// Scalar computations of more nodes are not repeated in every loop that uses them.
  private static final int MOST_COPIED = 8;

  private final List<Apply> applies;
  private final IdentityHashMap<Apply, Integer> levels = new IdentityHashMap<>();
  private final IdentityHashMap<Result, List<Apply>> consumers = new IdentityHashMap<>();
  private final List<Result> results = new ArrayList<>();

  /// For each node whose result depends on nothing but constants and sizes: how many nodes a copy
  /// takes.
  private final IdentityHashMap<Apply, Integer> trivial = new IdentityHashMap<>();

  /// For each elementwise node, and each concatenation that a loop can write, the loop's shape,
  /// equal shapes having equal numbers.
  private final IdentityHashMap<Apply, Integer> loops = new IdentityHashMap<>();

  FusionLevels(Graph graph) {
    applies = graph.applies();
    Map<List<Dim>, Integer> shapes = new HashMap<>();
    for (Apply apply : applies) {
      for (Result result : apply.results()) {
        consumers.put(result, new ArrayList<>());
        results.add(result);
      }
      for (Variable operand : apply.operands()) {
        if (operand instanceof Result result) {
          consumers(result).add(apply);
        }
      }
      int copied = copiedNodes(apply);
      if (copied <= MOST_COPIED) {
        trivial.put(apply, copied);
      } else if (isElementwise(apply.op())) {
        loops.put(apply, shapes.computeIfAbsent(apply.result().type().shape(), _ -> shapes.size()));
      } else if (isWrittenByLoop(apply)) {
        loops.put(apply, shapes.get(apply.operand(0).type().shape()));
      }
    }
    for (Apply apply : applies) {
      int level = 0;
      for (Variable operand : apply.operands()) {
        if (operand instanceof Result result) {
          level = Math.max(level, level(result.apply()) + step(result.apply(), apply));
        }
      }
      levels.put(apply, level);
    }
    for (Apply apply : applies.reversed()) {
      if (loops.containsKey(apply) || (isAbsorbable(apply) && !trivial.containsKey(apply))) {
        raise(apply);
      }
    }
  }

  /// Whether a concatenation is of values of one shape, two or more of them elementwise results:
  /// the loop that computes these writes them to their places.
  private boolean isWrittenByLoop(Apply apply) {
    return apply.op() instanceof Concat
        && apply.operands().stream().map(part -> part.type().shape()).distinct().count() == 1
        && apply.operands().stream()
                .filter(part -> part instanceof Result result && isElementwise(result.apply().op()))
                .filter(part -> loops.containsKey(((Result) part).apply()))
                .distinct()
                .count()
            > 1;
  }

  static boolean isElementwise(Op op) {
    return op instanceof Unary
        || op instanceof Binary
        || op instanceof Compare
        || op instanceof Select
        || op instanceof Cast;
  }

  /// How many nodes it takes to make this node's result from nothing; more than [#MOST_COPIED] if
  /// it depends on anything else or is not worth copying.
  private int copiedNodes(Apply apply) {
    int nodes =
        switch (apply.op()) {
          case Fill _, Iota _, DimSize _ -> 1;
          case Broadcast _ -> 1;
          case Op op when isElementwise(op) && apply.result().type().isScalar() -> 1;
          default -> MOST_COPIED + 1;
        };
    for (Variable operand : apply.operands()) {
      if (operand instanceof Result result && trivial.containsKey(result.apply())) {
        nodes += trivial.get(result.apply());
      } else if (!FusedBody.isLiteral(operand)) {
        nodes = MOST_COPIED + 1;
      }
    }
    return Math.min(nodes, MOST_COPIED + 1);
  }


  /// How much higher than a node its consumer must be: by 1, unless both can be in one loop or the
  /// node can be copied into the consumer's.
  private int step(Apply producer, Apply consumer) {
    boolean joins = mayFuse(producer, consumer);
    boolean copied =
        isAbsorbable(producer) && (loops.containsKey(consumer) || isAbsorbable(consumer));
    return joins || copied ? 0 : 1;
  }

  private void raise(Apply apply) {
    int highest = Integer.MAX_VALUE;
    boolean fuses = false;
    for (Result result : apply.results()) {
      for (Apply consumer : consumers(result)) {
        int most = level(consumer) - step(apply, consumer);
        boolean joins = step(apply, consumer) == 0;
        if (most < highest) {
          highest = most;
          fuses = joins;
        } else if (most == highest) {
          fuses |= joins;
        }
      }
    }
    if (fuses) {
      levels.put(apply, highest);
    }
  }

  List<Apply> applies() {
    return applies;
  }

  int level(Apply apply) {
    return requireNonNull(levels.get(apply));
  }

  /// The results of all nodes, in order.
  List<Result> results() {
    return results;
  }

  List<Apply> consumers(Result result) {
    return requireNonNull(consumers.get(result));
  }

  boolean isFusible(Apply apply) {
    return loops.containsKey(apply);
  }

  /// Whether both are elementwise over one shape, or the consumer is a concatenation that the
  /// producer's loop can write.
  boolean mayFuse(Apply producer, Apply consumer) {
    Integer loop = loops.get(producer);
    return loop != null && isElementwise(producer.op()) && loop.equals(loops.get(consumer));
  }

  /// Whether a loop that uses the node's result takes a copy of the node in.
  boolean isAbsorbable(Apply apply) {
    return apply.op() instanceof Broadcast || trivial.containsKey(apply);
  }

  /// Whether a variable is made from constants and sizes by work that a loop can save.
  boolean isSavedByCopying(Variable variable) {
    Variable made = variable;
    while (made instanceof Result result && result.apply().op() instanceof Broadcast) {
      made = result.apply().operand(0);
    }
    return made instanceof Result result && trivial.containsKey(result.apply());
  }
}
