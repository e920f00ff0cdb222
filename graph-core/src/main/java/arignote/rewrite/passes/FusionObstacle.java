package arignote.rewrite.passes;

import static java.util.Objects.requireNonNull;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.ArgReduce;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Concat;
import arignote.ir.op.Cumulate;
import arignote.ir.op.Reduce;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Two nodes of which one reads what the other computes, and that [FuseElementwise] leaves in
/// different loops.
///
/// @param reason why, for people
public record FusionObstacle(Apply producer, Apply consumer, String reason) {
  /// Larger graphs are searched no further for what lies between two nodes.
  private static final int MOST_SEARCHED = 2000;

  /// The obstacles in a graph before the pass, not those in bodies of loops. Only elementwise ops,
  /// reductions and concatenations are looked at: of others nobody expects it.
  public static List<FusionObstacle> of(Graph graph) {
    return new Search(graph).all();
  }

  private static final class Search {
    private final FusionLevels levels;
    private final IdentityHashMap<Apply, FusionGroup> groups = new IdentityHashMap<>();

    Search(Graph graph) {
      levels = new FusionLevels(graph);
      for (FusionGroup group : FuseElementwise.groups(graph, levels)) {
        group.members().forEach(member -> groups.put(member, group));
      }
    }

    List<FusionObstacle> all() {
      List<FusionObstacle> obstacles = new ArrayList<>();
      for (Apply consumer : levels.applies()) {
        for (Variable operand : consumer.operands()) {
          if (operand instanceof Result result
              && groups.get(result.apply()) != groups.get(consumer)) {
            reason(result.apply(), consumer)
                .ifPresent(
                    reason -> obstacles.add(new FusionObstacle(result.apply(), consumer, reason)));
          }
        }
      }
      return obstacles;
    }

    private Optional<String> reason(Apply producer, Apply consumer) {
      boolean isComputed = FusionLevels.isElementwise(producer.op()) && levels.isFusible(producer);
      boolean isComputing = FusionLevels.isElementwise(consumer.op()) && levels.isFusible(consumer);
      if (isComputed && isComputing) {
        return Optional.of(betweenLoops(producer, consumer));
      }
      if (isComputed) {
        return switch (consumer.op()) {
          case Reduce _, ArgReduce _, Cumulate _ ->
              Optional.of(
                  "%s combines elements: it reads them from memory"
                      .formatted(consumer.op().mnemonic()));
          case Broadcast _ ->
              Optional.of(
                  "it is computed once for %s and repeated for %s"
                      .formatted(producer.result().type(), consumer.result().type()));
          case Concat _ ->
              Optional.of(
                  "a loop writes its results to their places only where two or more of one shape"
                      + " are concatenated");
          default -> Optional.empty();
        };
      }
      boolean isReduced = producer.op() instanceof Reduce || producer.op() instanceof ArgReduce;
      return isComputing && isReduced
          ? Optional.of(
              "%s is known only when all its elements are combined"
                  .formatted(producer.op().mnemonic()))
          : Optional.empty();
    }

    private String betweenLoops(Apply producer, Apply consumer) {
      if (levels.level(producer) == levels.level(consumer)) {
        return "a loop has at most %d ops".formatted(FuseElementwise.MOST_OPS);
      }
      return between(producer, consumer)
          .map(node ->
              "%s (%s), which the loop of the one needs, is computed from the other"
                  .formatted(node.op().mnemonic(), node.site()))
          .orElse("it is in a loop with others that read it");
    }

    /// What the consumer's loop waits for and is made from the producer's result, or from what is
    /// computed in one loop with it.
    private Optional<Apply> between(Apply producer, Apply consumer) {
      FusionGroup from = requireNonNull(groups.get(producer));
      FusionGroup to = requireNonNull(groups.get(consumer));
      for (Apply member : to.members()) {
        for (Variable operand : member.operands()) {
          if (operand instanceof Result result
              && groups.get(result.apply()) != to
              && groups.get(result.apply()) != from
              && dependsOn(result.apply(), from)) {
            return Optional.of(result.apply());
          }
        }
      }
      return Optional.empty();
    }

    private boolean dependsOn(Apply start, FusionGroup group) {
      Set<Apply> seen = Collections.newSetFromMap(new IdentityHashMap<>());
      Deque<Apply> waiting = new ArrayDeque<>(List.of(start));
      while (!waiting.isEmpty() && seen.size() < MOST_SEARCHED) {
        Apply next = waiting.pop();
        if (groups.get(next) == group) {
          return true;
        }
        if (seen.add(next)) {
          for (Variable operand : next.operands()) {
            if (operand instanceof Result result) {
              waiting.push(result.apply());
            }
          }
        }
      }
      return false;
    }
  }
}
