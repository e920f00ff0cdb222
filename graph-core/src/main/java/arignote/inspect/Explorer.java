package arignote.inspect;

import arignote.ir.Apply;
import arignote.ir.Bindings;
import arignote.ir.Constant;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Shared;
import arignote.ir.Site;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.text.IrPrinter;
import arignote.plan.Measurement;
import arignote.rewrite.RewriteLog;
import arignote.tensor.HostTensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// One page for a browser, without anything from elsewhere, that shows a graph before, between and
/// after passes.
///
/// Nodes that passes keep are in the page once. The page lays out what it shows itself; its script
/// knows nothing of ops but what is in its data.
public final class Explorer {
  private static final String DATA = "/*DATA*/null";

  /// Of graphs with more nodes in all stages, expressions are left out.
  private static final int MOST_WITH_TEXT = 20_000;

  private static final int MOST_CHANGES = 500;
  private static final int MOST_CHARACTERS = 160;
  private static final int MOST_DEEP = 3;

  private final NodeCosts costs;
  private final RecordedValues values;
  private final Map<Object, Integer> ids = new IdentityHashMap<>();
  private final Map<Graph, Integer> graphIds = new IdentityHashMap<>();
  private final List<Object> nodes = new ArrayList<>();
  private final List<Map<String, Object>> graphs = new ArrayList<>();
  private final Deque<Graph> waiting = new ArrayDeque<>();
  private final List<Map<String, Object>> stages = new ArrayList<>();

  private Explorer(NodeCosts costs, RecordedValues values) {
    this.costs = costs;
    this.values = values;
  }

  /// The page of a graph alone.
  public static String html(String name, Graph graph) {
    Explorer explorer = new Explorer(NodeCosts.of(graph, graph, List.of()), RecordedValues.none());
    explorer.stage("graph", graph, true, "as it is", List.of());
    return explorer.page(name);
  }

  /// The page of what passes made of a graph, which must have been recorded.
  ///
  /// @param graph before all passes
  public static String html(String name, Graph graph, RewriteLog log) {
    return html(name, graph, log, NodeCosts.of(graph, graph, List.of()), RecordedValues.none());
  }

  /// The same, with what was measured: in the last stage each node has what it took itself, in
  /// those before it, of a node that passes replaced, what its source line took.
  ///
  /// @param ran what the same passes made of the graph when it was compiled
  public static String html(
      String name, Graph graph, RewriteLog log, Graph ran, List<Measurement> measured) {
    return html(name, graph, log, costs(graph, log, ran, measured), RecordedValues.none());
  }

  /// The same, with the values of a call, which the reference computes for the nodes of all stages.
  ///
  /// @param arguments the values of the graph's inputs
  /// @param bindings the length of every symbol
  /// @throws arignote.ir.EvaluationException if an op cannot compute its result
  public static String html(
      String name,
      Graph graph,
      RewriteLog log,
      Graph ran,
      List<Measurement> measured,
      List<HostTensor> arguments,
      Bindings bindings) {
    List<Graph> stages = new ArrayList<>(List.of(graph));
    log.stages().forEach(stage -> stages.add(stage.after()));
    RecordedValues values = RecordedValues.of(stages, arguments, bindings);
    return html(name, graph, log, costs(graph, log, ran, measured), values);
  }

  private static NodeCosts costs(
      Graph graph, RewriteLog log, Graph ran, List<Measurement> measured) {
    Graph last = log.stages().isEmpty() ? graph : log.stages().getLast().after();
    return NodeCosts.of(ran, last, measured);
  }

  private static String html(
      String name, Graph graph, RewriteLog log, NodeCosts costs, RecordedValues values) {
    Explorer explorer = new Explorer(costs, values);
    explorer.stage("as written", graph, true, "the graph before all passes", List.of());
    for (RewriteLog.Stage stage : log.stages()) {
      List<String> changes = Explanation.of(stage);
      String about =
          stage.isChange() ? "the graph after " + stage.pass() : stage.pass() + " changed nothing";
      explorer.stage(stage.pass(), stage.after(), stage.isChange(), about, changes);
    }
    return explorer.page(name);
  }

  private void stage(
      String pass, Graph graph, boolean isChange, String about, List<String> changes) {
    int id = id(graph);
    while (!waiting.isEmpty()) {
      describe(waiting.remove());
    }
    List<String> shown = new ArrayList<>(changes);
    if (changes.size() > MOST_CHANGES) {
      shown = new ArrayList<>(changes.subList(0, MOST_CHANGES));
      shown.add("... (%d more)".formatted(changes.size() - MOST_CHANGES));
    }
    Map<String, Object> stage = new LinkedHashMap<>();
    stage.put("pass", pass);
    stage.put("graph", id);
    stage.put("changed", isChange);
    stage.put("about", about);
    stage.put("count", Explanation.nodes(graph).size());
    stage.put("changes", shown);
    stages.add(stage);
  }

  private int id(Graph graph) {
    Integer known = graphIds.get(graph);
    if (known != null) {
      return known;
    }
    graphIds.put(graph, graphs.size());
    graphs.add(new LinkedHashMap<>());
    waiting.add(graph);
    return graphs.size() - 1;
  }

  private void describe(Graph graph) {
    Set<Variable> leaves = new LinkedHashSet<>(graph.inputs());
    leaves.addAll(graph.leaves());
    Map<String, Object> described = graphs.get(Objects.requireNonNull(graphIds.get(graph)));
    described.put("inputs", graph.inputs().stream().map(this::idOfLeaf).toList());
    described.put("leaves", leaves.stream().map(this::idOfLeaf).toList());
    described.put("nodes", graph.applies().stream().map(this::idOfNode).toList());
    described.put("outputs", graph.outputs().stream().map(this::use).toList());
  }

  /// A variable as what makes it and which of its results it is.
  private List<Integer> use(Variable variable) {
    return variable instanceof Result result
        ? List.of(idOfNode(result.apply()), result.index())
        : List.of(idOfLeaf(variable), 0);
  }

  private int idOfLeaf(Variable variable) {
    return id(variable);
  }

  private int idOfNode(Apply apply) {
    return id((Object) apply);
  }

  private int id(Object node) {
    Integer known = ids.get(node);
    if (known != null) {
      return known;
    }
    ids.put(node, nodes.size());
    nodes.add(node);
    if (node instanceof Apply apply) {
      apply.op().innerGraphs().forEach(this::id);
    }
    return nodes.size() - 1;
  }

  private Map<String, Object> node(Object node, boolean withText) {
    return switch (node) {
      case Input input -> leaf("input", "%" + input.name(), input);
      case Shared shared -> leaf("shared", "@" + shared.name(), shared);
      case Constant constant -> {
        Map<String, Object> leaf = leaf("constant", Tree.constant(constant), constant);
        leaf.put("value", Literal.typed(constant));
        yield leaf;
      }
      default -> op((Apply) node, withText);
    };
  }

  private Map<String, Object> leaf(String kind, String name, Variable variable) {
    Map<String, Object> leaf = new LinkedHashMap<>();
    leaf.put("kind", kind);
    leaf.put("name", name);
    leaf.put("type", variable.type());
    leaf.put("size", size(variable.type()));
    leaf.put("inner", List.of());
    putValues(leaf, List.of(variable));
    return leaf;
  }

  private Map<String, Object> op(Apply apply, boolean withText) {
    Map<String, Object> op = new LinkedHashMap<>();
    op.put("kind", "op");
    op.put("op", apply.op().mnemonic());
    op.put("attributes", IrPrinter.attributes(apply));
    op.put("types", apply.results().stream().map(Result::type).toList());
    op.put("sizes", apply.results().stream().map(result -> size(result.type())).toList());
    op.put("operands", apply.operands().stream().map(this::use).toList());
    op.put("inner", apply.op().innerGraphs().stream().map(this::id).toList());
    if (!apply.site().equals(Site.UNKNOWN)) {
      op.put("site", apply.site());
    }
    costs.of(apply).ifPresent(cost -> op.put("cost", numbers(cost)));
    putValues(op, apply.results());
    if (withText) {
      op.put("text", Mathematics.outline(apply.results().getFirst(), MOST_DEEP, MOST_CHARACTERS));
    }
    return op;
  }

  private static Map<String, Object> numbers(NodeCosts.Cost cost) {
    Map<String, Object> numbers = new LinkedHashMap<>();
    numbers.put("runs", cost.runs());
    numbers.put("nanos", cost.nanos());
    numbers.put("bytes", cost.bytes());
    return numbers;
  }

  private void putValues(Map<String, Object> node, List<? extends Variable> made) {
    List<Object> numbers = new ArrayList<>();
    for (Variable variable : made) {
      values.of(variable).ifPresent(statistics -> numbers.add(statistics.numbers()));
    }
    if (!numbers.isEmpty()) {
      node.put("values", numbers);
    }
  }

  private static String size(TensorType type) {
    return type.size().times(type.dtype().bytes()) + " bytes";
  }

  private String page(String name) {
    boolean withText = nodes.size() <= MOST_WITH_TEXT;
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("name", name);
    Map<String, Object> lines = new LinkedHashMap<>();
    costs.ofLines().forEach((line, cost) -> lines.put(line, numbers(cost)));
    data.put("measured", !costs.isEmpty());
    data.put("lines", lines);
    data.put("recorded", !values.isEmpty());
    data.put("stages", stages);
    data.put("graphs", graphs);
    data.put("nodes", nodes.stream().map(node -> node(node, withText)).toList());
    StringBuilder json = new StringBuilder();
    Json.write(data, json);
    return template().replace(DATA, json);
  }

  private static String template() {
    try (InputStream page =
        Objects.requireNonNull(Explorer.class.getResourceAsStream("explorer.html"))) {
      return new String(page.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
