package arignote.inspect;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Shared;
import arignote.ir.Site;
import arignote.ir.Variable;
import arignote.ir.op.Scan;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;

/// Writes a graph in the language of Graphviz, see [Inspect#graphviz]: ops are boxes, inputs
/// ellipses, shared variables cylinders; graphs inside of ops are boxes around theirs.
final class Graphviz {
  private final StringBuilder text = new StringBuilder();
  private final Map<Object, String> ids = new IdentityHashMap<>();

  /// A graph inside of an op, of which some lines are still to be written.
  private record Open(String indent, Deque<Runnable> lines) {}

  private Graphviz() {}

  static String print(Graph graph) {
    return new Graphviz().write(graph);
  }

  private String write(Graph graph) {
    text.append("digraph {\n  rankdir=TB;\n  node [fontname=\"sans-serif\", fontsize=11];\n");
    text.append("  edge [fontname=\"sans-serif\", fontsize=9];\n");
    Deque<Open> open = new ArrayDeque<>();
    open.push(open("  ", graph, open));
    while (!open.isEmpty()) {
      Runnable line = open.peek().lines().poll();
      if (line == null) {
        Open done = open.pop();
        if (!open.isEmpty()) {
          text.append(done.indent(), 0, done.indent().length() - 2).append("}\n");
        }
      } else {
        line.run();
      }
    }
    return text.append("}\n").toString();
  }

  private Open open(String indent, Graph graph, Deque<Open> open) {
    Deque<Runnable> lines = new ArrayDeque<>();
    for (Input input : graph.inputs()) {
      lines.add(() -> node(indent, input, input.name(), input, "ellipse"));
    }
    for (Apply apply : graph.applies()) {
      lines.add(() -> apply(indent, apply));
      int number = 0;
      for (Graph inner : apply.op().innerGraphs()) {
        String label = innerLabel(apply, number++);
        lines.add(() -> {
          text.append(indent).append("subgraph cluster_").append(id(inner)).append(" {\n");
          text.append(indent).append("  label=").append(quote(label)).append(";\n");
          open.push(open(indent + "  ", inner, open));
        });
        lines.add(() -> bindings(indent, apply, inner));
      }
    }
    lines.add(() -> {
      for (int i = 0; i < graph.outputs().size(); i++) {
        Variable output = graph.outputs().get(i);
        leaf(indent, output);
        String id = id(graph) + "_out" + i;
        text.append(indent).append(id).append(" [label=\"output ").append(i);
        text.append("\", shape=plaintext];\n");
        edge(indent, output, id, "");
      }
    });
    return new Open(indent, lines);
  }

  private static String innerLabel(Apply apply, int number) {
    return switch (apply.op()) {
      case Scan _ -> "each step";
      default ->
          apply.op().innerGraphs().size() == 2
              ? (number == 0 ? "then" : "otherwise")
              : apply.op().mnemonic();
    };
  }

  /// How operands get into a graph inside of their op.
  private void bindings(String indent, Apply apply, Graph inner) {
    int first = apply.operands().size() - inner.inputs().size();
    for (int i = 0; i < inner.inputs().size(); i++) {
      text.append(indent).append(idOf(apply.operand(first + i))).append(" -> ");
      text.append(id(inner.inputs().get(i))).append(" [style=dashed];\n");
    }
  }

  private void apply(String indent, Apply apply) {
    apply.operands().forEach(operand -> leaf(indent, operand));
    String types = apply.results().getFirst().type().toString();
    text.append(indent).append(id(apply)).append(" [label=");
    text.append(quote(Tree.label(apply) + "\n" + types)).append(", shape=box");
    if (!apply.site().equals(Site.UNKNOWN)) {
      text.append(", tooltip=").append(quote(apply.site().toString()));
    }
    text.append("];\n");
    for (int i = 0; i < apply.operands().size(); i++) {
      edge(indent, apply.operand(i), id(apply), apply.operands().size() > 1 ? "" + i : "");
    }
  }

  /// A variable that no node computes, and that is no input, where it is used first.
  private void leaf(String indent, Variable variable) {
    switch (variable) {
      case Shared shared when !ids.containsKey(shared) ->
          node(indent, shared, "@" + shared.name(), shared, "cylinder");
      case Constant constant when !ids.containsKey(constant) ->
          node(indent, constant, Tree.constant(constant), constant, "plaintext");
      case Input _, Shared _, Constant _, Result _ -> {}
    }
  }

  private void node(String indent, Object key, String label, Variable variable, String shape) {
    text.append(indent).append(id(key)).append(" [label=");
    text.append(quote(label + "\n" + variable.type())).append(", shape=").append(shape);
    text.append("];\n");
  }

  private void edge(String indent, Variable from, String to, String label) {
    String number =
        from instanceof Result result && result.apply().results().size() > 1
            ? "." + result.index()
            : "";
    text.append(indent).append(idOf(from)).append(" -> ").append(to);
    if (!number.isEmpty() || !label.isEmpty()) {
      text.append(" [");
      text.append(number.isEmpty() ? "" : "taillabel=\"" + number + "\"");
      text.append(number.isEmpty() || label.isEmpty() ? "" : ", ");
      text.append(label.isEmpty() ? "" : "headlabel=\"" + label + "\"").append(']');
    }
    text.append(";\n");
  }

  private String idOf(Variable variable) {
    return id(variable instanceof Result result ? result.apply() : variable);
  }

  private String id(Object node) {
    return ids.computeIfAbsent(node, _ -> "n" + ids.size());
  }

  private static String quote(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }
}
