package arignote.ir.text;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Shared;
import arignote.ir.Site;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Cond;
import arignote.ir.op.CoreOp;
import arignote.ir.op.CustomOp;
import arignote.ir.op.Fused;
import arignote.ir.op.Op;
import arignote.ir.op.Scan;
import arignote.ir.op.SubGraph;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Writes graphs as text; see the package for the form. The same graph gives the same text every
/// time, and a text that [IrParser] has read gives that text again.
///
/// A graph that is not well formed is printed too, for messages: what is missing is a name that no
/// line defines.
public final class IrPrinter {
  private final boolean withSites;
  private final StringBuilder lines = new StringBuilder();
  private final Map<Shared, String> shared = new LinkedHashMap<>();
  private final Names sharedNames = new Names();
  private int nextResult;

  private IrPrinter(boolean withSites) {
    this.withSites = withSites;
  }

  /// The text of a graph with the name `main`.
  public static String print(Graph graph) {
    return print("main", graph);
  }

  public static String print(String name, Graph graph) {
    return new IrPrinter(false).graph(name, graph);
  }

  /// The text with a comment behind each line that says which of the user's lines it comes from.
  public static String printWithSites(String name, Graph graph) {
    return new IrPrinter(true).graph(name, graph);
  }

  /// The attributes of a node as they stand behind its operands, ` {axis=0}`; empty if there are
  /// none but what its result type says.
  public static String attributes(Apply apply) {
    return attributes(OpForm.of(apply.op()), apply.op(), apply, Map.of());
  }

  private String graph(String name, Graph graph) {
    Body body = new Body("  ");
    String parameters =
        graph.inputs().stream()
            .map(input -> body.define(input) + ": " + input.type())
            .collect(Collectors.joining(", "));
    body.statements(graph);
    body.ending("return", graph.outputs(), true);
    StringBuilder text = new StringBuilder();
    text.append("graph @").append(Names.spell(name)).append('(').append(parameters).append(')');
    if (!graph.outputs().isEmpty()) {
      text.append(" -> ").append(types(graph.outputs()));
    }
    text.append(" {\n");
    // The declarations are known only now: shared variables are listed in order of first use.
    shared.forEach((variable, spelled) ->
        text.append("  shared ")
            .append(spelled)
            .append(" : ")
            .append(variable.type())
            .append('\n'));
    return text.append(lines).append("}\n").toString();
  }

  private static String types(List<? extends Variable> variables) {
    return variables.stream()
        .map(variable -> variable.type().toString())
        .collect(Collectors.joining(", "));
  }

  /// One body: the graph's own, or that of an op inside it.
  private final class Body {
    private final String indent;
    private final Map<Variable, String> spelled = new IdentityHashMap<>();
    private final Names names = new Names();

    Body(String indent) {
      this.indent = indent;
    }

    String define(Input input) {
      String text = "%" + Names.spell(names.unique(input.name()));
      spelled.put(input, text);
      return text;
    }

    void statements(Graph graph) {
      for (Apply apply : graph.applies()) {
        apply.operands().forEach(this::constant);
        statement(apply);
      }
      graph.outputs().forEach(this::constant);
    }

    private void constant(Variable variable) {
      if (variable instanceof Constant constant && !spelled.containsKey(constant)) {
        lines.append(indent).append(number(constant)).append(" = constant {value=");
        lines.append(constant.value().elementsToString()).append('}');
        lines.append(" : ").append(constant.type()).append('\n');
      }
    }

    private String number(Variable variable) {
      String text = "%" + nextResult++;
      spelled.put(variable, text);
      return text;
    }

    private void statement(Apply apply) {
      lines.append(indent);
      lines.append(apply.results().stream().map(this::number).collect(Collectors.joining(", ")));
      lines.append(" = ");
      switch (apply.op()) {
        case Scan scan -> scan(scan, apply);
        case Fused fused -> fused(fused, apply);
        case Cond cond -> cond(cond, apply);
        case SubGraph subGraph -> subGraph(subGraph, apply);
        case CoreOp op -> call(op, apply);
        case CustomOp op -> call(op, apply);
      }
      lines.append(" : ").append(types(apply.results()));
      if (withSites && !apply.site().equals(Site.UNKNOWN)) {
        lines.append("  // ").append(apply.site().toString().replaceAll("\\R", " "));
      }
      lines.append('\n');
    }

    private void call(Op op, Apply apply) {
      OpForm form = OpForm.of(op);
      lines.append(form.word().isEmpty() ? op.mnemonic() : form.word());
      lines.append('(').append(spell(apply.operands())).append(')');
      lines.append(attributes(form, op, apply, Map.of()));
    }

    private void scan(Scan scan, Apply apply) {
      Map<String, Object> known = scan.sequences() == 0 ? Map.of() : Map.of("steps", scan.steps());
      lines.append("scan").append(attributes(OpForm.of(scan), scan, apply, known)).append(" {\n");
      Body body = new Body(indent + "  ");
      for (int i = 0; i < apply.operands().size(); i++) {
        boolean isOver = i < scan.sequences();
        boolean isCarry = !isOver && i < scan.sequences() + scan.carries();
        String role = isOver ? "over " : isCarry ? "carry " : "with ";
        binding(role, body.indent, body, scan.body().inputs().get(i), apply.operand(i));
      }
      body.statements(scan.body());
      body.ending("next", scan.nextCarries(), false);
      body.ending("stack", scan.stackedOutputs(), false);
      lines.append(indent).append('}');
    }

    private void cond(Cond cond, Apply apply) {
      lines.append("cond(").append(spell(apply.operand(0))).append(") {\n");
      String inner = indent + "  ";
      Body then = new Body(inner + "  ");
      Body otherwise = new Body(inner + "  ");
      for (int i = 1; i < apply.operands().size(); i++) {
        Input input = cond.then().inputs().get(i - 1);
        binding("with ", inner, then, input, apply.operand(i));
        otherwise.spelled.put(cond.otherwise().inputs().get(i - 1), then.spell(input));
      }
      lines.append(inner).append("then {\n");
      then.yielding(cond.then());
      lines.append(inner).append("} otherwise {\n");
      otherwise.yielding(cond.otherwise());
      lines.append(inner).append("}\n").append(indent).append('}');
    }

    private void subGraph(SubGraph subGraph, Apply apply) {
      lines.append(SubGraph.MNEMONIC);
      lines.append(attributes(OpForm.of(subGraph), subGraph, apply, Map.of()));
      body(subGraph.body(), apply);
    }

    private void fused(Fused fused, Apply apply) {
      lines.append("fused");
      body(fused.body(), apply);
    }

    private void body(Graph graph, Apply apply) {
      lines.append(" {\n");
      Body body = new Body(indent + "  ");
      for (int i = 0; i < apply.operands().size(); i++) {
        binding("with ", body.indent, body, graph.inputs().get(i), apply.operand(i));
      }
      body.yielding(graph);
      lines.append(indent).append('}');
    }

    private void yielding(Graph graph) {
      statements(graph);
      ending("yield", graph.outputs(), false);
    }

    private void binding(String role, String margin, Body body, Input input, Variable operand) {
      lines.append(margin).append(role).append(body.define(input)).append(": ");
      lines.append(input.type()).append(" = ").append(spell(operand)).append('\n');
    }

    void ending(String word, List<? extends Variable> variables, boolean evenIfEmpty) {
      if (!variables.isEmpty() || evenIfEmpty) {
        lines.append(indent).append(word);
        lines.append(variables.isEmpty() ? "" : " ").append(spell(variables)).append('\n');
      }
    }

    private String spell(List<? extends Variable> variables) {
      return variables.stream().map(this::spell).collect(Collectors.joining(", "));
    }

    private String spell(Variable variable) {
      return switch (variable) {
        case Shared global ->
            shared.computeIfAbsent(
                global, _ -> "@" + Names.spell(sharedNames.unique(global.name())));
        case Input input when !spelled.containsKey(input) -> define(input);
        case Input _, Constant _, Result _ -> spelled.getOrDefault(variable, "%?");
      };
    }
  }

  private static String attributes(OpForm form, Op op, Apply apply, Map<String, Object> known) {
    TensorType lineType = apply.results().getFirst().type();
    List<String> written = new ArrayList<>();
    for (RecordComponent attribute : form.attributes()) {
      Object value = OpForm.get(attribute, op);
      boolean isKnown =
          value.equals(known.get(attribute.getName()))
              || OpForm.implied(attribute, lineType).filter(value::equals).isPresent();
      if (!isKnown) {
        written.add(attribute.getName() + "=" + Attributes.print(value));
      }
    }
    return written.isEmpty() ? "" : written.stream().collect(Collectors.joining(", ", " {", "}"));
  }
}
