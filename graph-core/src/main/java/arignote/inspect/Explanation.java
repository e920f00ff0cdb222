package arignote.inspect;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Result;
import arignote.ir.Site;
import arignote.ir.op.Fused;
import arignote.rewrite.RewriteLog;
import arignote.rewrite.passes.FuseElementwise;
import arignote.rewrite.passes.FusionObstacle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// What passes and rules made of a graph, by the user's source lines, and which ops they could not
/// put into one loop.
///
/// ```
/// 9 nodes became 2
///
/// stabilize: 8 nodes
///   Model.java:20: log1p: log(1 + exp(x)) => log1p(exp(x))
/// fuse-elementwise: 2 nodes
///   Model.java:20, Model.java:21: mul, softplus => one loop
///
/// not in one loop:
///   exp (Model.java:30) and sum (Model.java:31): sum combines elements: it reads them from memory
/// ```
public final class Explanation {
  /// Longer explanations are cut.
  public static final int MOST_LINES = 2_000;

  /// How deep the terms of a firing are shown.
  private static final int MOST_DEEP = 3;

  private static final int MOST_CHARACTERS = 400;

  private final List<String> lines = new ArrayList<>();

  private Explanation() {}

  /// The text for what a log recorded.
  public static String of(RewriteLog log) {
    return new Explanation().explain(log.stages());
  }

  private String explain(List<RewriteLog.Stage> stages) {
    if (stages.isEmpty()) {
      return "no pass has run\n";
    }
    int before = nodes(stages.getFirst().before()).size();
    int after = nodes(stages.getLast().after()).size();
    lines.add(before + " nodes became " + after);
    lines.add("");
    for (RewriteLog.Stage stage : stages) {
      if (stage.isChange()) {
        lines.add(stage.pass() + ": " + nodes(stage.after()).size() + " nodes");
        addTogether(of(stage), "  ");
      }
    }
    stages.stream()
        .filter(stage -> stage.pass().equals(new FuseElementwise().name()))
        .forEach(stage -> addObstacles(stage.before(), stages.getLast().after()));
    return lines.size() > MOST_LINES
        ? String.join("\n", lines.subList(0, MOST_LINES))
            + "\n... (%d more lines)\n".formatted(lines.size() - MOST_LINES)
        : String.join("\n", lines) + "\n";
  }

  /// What one pass did.
  static List<String> of(RewriteLog.Stage stage) {
    return stage.firings().isEmpty() ? changes(stage) : firings(stage);
  }

  /// Adds lines, equal ones once with how often.
  private void addTogether(List<String> added, String indent) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    added.forEach(line -> counts.merge(line, 1, Integer::sum));
    counts.forEach(
        (line, count) -> lines.add(indent + line + (count == 1 ? "" : " (" + count + " times)")));
  }

  private static List<String> firings(RewriteLog.Stage stage) {
    return stage.firings().stream()
        .map(firing ->
            "%s%s: %s => %s"
                .formatted(
                    firing.before() instanceof Result result ? place(result.apply().site()) : "",
                    firing.rule(),
                    Mathematics.outline(firing.before(), MOST_DEEP, MOST_CHARACTERS),
                    Mathematics.outline(firing.after(), MOST_DEEP, MOST_CHARACTERS)))
        .toList();
  }

  private static String place(Site site) {
    return site.equals(Site.UNKNOWN) ? "" : site + ": ";
  }

  /// For each line of source the nodes that are gone and those that are new; a node that was only
  /// rebuilt is neither.
  private static List<String> changes(RewriteLog.Stage stage) {
    Map<Apply, String> before = nodes(stage.before());
    Map<Apply, String> after = nodes(stage.after());
    List<String> changes = new ArrayList<>();
    Map<String, Map<String, Integer>> balance = new LinkedHashMap<>();
    before.forEach((apply, where) -> {
      if (where.equals(after.get(apply))) {
        return;
      }
      if (apply.op() instanceof Fused(Graph body)) {
        body.applies().forEach(inner -> count(balance, inner, where, -1));
      } else {
        count(balance, apply, where, -1);
      }
    });
    after.forEach((apply, where) -> {
      if (where.equals(before.get(apply))) {
        return;
      }
      if (apply.op() instanceof Fused(Graph body)) {
        changes.add(loop(body) + where);
        body.applies().forEach(inner -> count(balance, inner, where, 1));
      } else {
        count(balance, apply, where, 1);
      }
    });
    balance.forEach((site, ops) -> {
      String gone = ops(ops, count -> count < 0);
      String made = ops(ops, count -> count > 0);
      if (!gone.isEmpty() || !made.isEmpty()) {
        changes.add(
            "%s%s => %s"
                .formatted(
                    site, gone.isEmpty() ? "nothing" : gone, made.isEmpty() ? "nothing" : made));
      }
    });
    return changes;
  }

  private static void count(
      Map<String, Map<String, Integer>> balance, Apply apply, String where, int change) {
    balance
        .computeIfAbsent(place(apply.site()), _ -> new LinkedHashMap<>())
        .merge(apply.op().mnemonic() + where, change, Integer::sum);
  }

  private static String ops(Map<String, Integer> counts, Predicate<Integer> shown) {
    return counts.entrySet().stream()
        .filter(entry -> shown.test(entry.getValue()))
        .map(entry -> {
          int count = Math.abs(entry.getValue());
          return (count == 1 ? "" : count + " ") + entry.getKey();
        })
        .collect(Collectors.joining(", "));
  }

  private static String loop(Graph body) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    body.applies().forEach(apply -> counts.merge(apply.op().mnemonic(), 1, Integer::sum));
    String sites =
        body.applies().stream()
            .map(Apply::site)
            .filter(site -> !site.equals(Site.UNKNOWN))
            .map(Site::toString)
            .distinct()
            .collect(Collectors.joining(", "));
    return (sites.isEmpty() ? "" : sites + ": ") + ops(counts, _ -> true) + " => one loop";
  }

  /// @param last what all passes made of it: some of them join loops
  private void addObstacles(Graph graph, Graph last) {
    List<Set<String>> loops =
        nodes(last).keySet().stream()
            .filter(apply -> apply.op() instanceof Fused)
            .map(apply -> namesInside((Fused) apply.op()))
            .toList();
    List<String> obstacles = new ArrayList<>();
    for (Inside each : graphs(graph)) {
      for (FusionObstacle obstacle : FusionObstacle.of(each.graph())) {
        List<String> both = List.of(name(obstacle.producer()), name(obstacle.consumer()));
        if (loops.stream().noneMatch(names -> names.containsAll(both))) {
          obstacles.add(
              "%s and %s: %s".formatted(both.getFirst(), both.getLast(), obstacle.reason()));
        }
      }
    }
    if (!obstacles.isEmpty()) {
      lines.add("");
      lines.add("not in one loop:");
      addTogether(obstacles, "  ");
    }
  }

  private static Set<String> namesInside(Fused loop) {
    return loop.body().applies().stream().map(Explanation::name).collect(Collectors.toSet());
  }

  private static String name(Apply apply) {
    return apply.op().mnemonic()
        + (apply.site().equals(Site.UNKNOWN) ? "" : " (" + apply.site() + ")");
  }

  /// A graph and where it is: ` in scan`, or empty for the outermost.
  private record Inside(Graph graph, String where) {}

  /// All nodes with where they are, in the order of the graph; those of fused loops apart.
  static Map<Apply, String> nodes(Graph graph) {
    Map<Apply, String> nodes = new LinkedHashMap<>();
    for (Inside each : graphs(graph)) {
      each.graph().applies().forEach(apply -> nodes.put(apply, each.where()));
    }
    return nodes;
  }

  /// A graph and those inside of its ops, fused loops apart.
  private static List<Inside> graphs(Graph graph) {
    List<Inside> graphs = new ArrayList<>();
    Deque<Inside> waiting = new ArrayDeque<>(List.of(new Inside(graph, "")));
    while (!waiting.isEmpty()) {
      Inside next = waiting.poll();
      graphs.add(next);
      for (Apply apply : next.graph().applies()) {
        if (!(apply.op() instanceof Fused)) {
          for (Graph inner : apply.op().innerGraphs()) {
            waiting.add(new Inside(inner, " in " + name(apply)));
          }
        }
      }
    }
    return graphs;
  }
}
