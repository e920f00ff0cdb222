package arignote.inspect;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Shared;
import arignote.ir.Site;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Cond;
import arignote.ir.op.Scan;
import arignote.ir.text.IrPrinter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Writes graphs as trees, a line for each use of a value, see [Inspect#debugPrint].
///
/// A tree that gets too deep for the width of a screen goes on further down as one of its own, and
/// so do the graphs inside of loops: what is still to be written is a queue of trees.
final class Tree {
  /// Deeper branches become trees of their own.
  private static final int MOST_DEEP = 40;

  /// A tree to write.
  ///
  /// @param heading the line above it; empty for none
  private record Root(Supplier<String> heading, List<? extends Variable> variables) {}

  /// A line to write.
  ///
  /// @param indent what stands before the branches of this line's own children
  private record Line(Variable variable, String margin, String indent, int depth) {}

  private final int mostLines;
  private final StringBuilder text = new StringBuilder();
  private final Deque<Root> roots = new ArrayDeque<>();
  private final Map<Object, String> ids = new IdentityHashMap<>();
  private final Map<Object, Boolean> written = new IdentityHashMap<>();
  private int lines;

  private Tree(int mostLines) {
    this.mostLines = mostLines;
  }

  static String print(List<? extends Variable> variables, int mostLines) {
    Tree tree = new Tree(mostLines);
    tree.roots.add(new Root(() -> "", variables));
    return tree.write();
  }

  private String write() {
    while (!roots.isEmpty()) {
      Root root = roots.remove();
      String heading = root.heading().get();
      text.append(heading.isEmpty() ? "" : "\n" + heading + "\n");
      Deque<Line> waiting = new ArrayDeque<>();
      for (Variable variable : root.variables().reversed()) {
        waiting.push(new Line(variable, "", "", 0));
      }
      while (!waiting.isEmpty()) {
        if (lines++ == mostLines) {
          return text.append("... (cut after ").append(mostLines).append(" lines)\n").toString();
        }
        write(waiting.pop(), waiting);
      }
    }
    return text.toString();
  }

  private void write(Line line, Deque<Line> waiting) {
    text.append(line.margin()).append(title(line.variable()));
    if (!(line.variable() instanceof Result result)) {
      text.append('\n');
      return;
    }
    Apply apply = result.apply();
    if (written.containsKey(apply)) {
      text.append(apply.operands().isEmpty() ? "\n" : " ···\n");
      return;
    }
    text.append(apply.site().equals(Site.UNKNOWN) ? "" : "  (" + apply.site() + ")");
    if (line.depth() == MOST_DEEP && !apply.operands().isEmpty()) {
      text.append(" continued below\n");
      roots.add(new Root(() -> id(apply) + ":", List.of(result)));
      return;
    }
    written.put(apply, true);
    text.append('\n');
    addInnerGraphs(apply);
    List<Variable> operands = apply.operands();
    for (int i = operands.size() - 1; i >= 0; i--) {
      boolean isLast = i == operands.size() - 1;
      waiting.push(
          new Line(
              operands.get(i),
              line.indent() + (isLast ? "└─ " : "├─ "),
              line.indent() + (isLast ? "   " : "│  "),
              line.depth() + 1));
    }
  }

  private String title(Variable variable) {
    TensorType type = variable.type();
    String what =
        switch (variable) {
          case Input input -> "%" + input.name() + " " + id(input);
          case Shared shared -> "@" + shared.name() + " " + id(shared);
          case Constant constant -> constant(constant) + " " + id(constant);
          case Result result -> {
            Apply apply = result.apply();
            String number = apply.results().size() > 1 ? "." + result.index() : "";
            yield label(apply, number) + " " + id(apply);
          }
        };
    return what + " " + type + size(type);
  }

  /// The op with its attributes.
  static String label(Apply apply) {
    return label(apply, "");
  }

  /// @param number of the result, of several
  private static String label(Apply apply, String number) {
    return apply.op().mnemonic() + number + IrPrinter.attributes(apply);
  }

  static String constant(Constant constant) {
    return constant.value().size() > 8
        ? "constant"
        : "constant " + constant.value().elementsToString();
  }

  private static String size(TensorType type) {
    Dim bytes = type.size().times(type.dtype().bytes());
    return type.isScalar() ? "" : " " + bytes + " bytes";
  }

  private String id(Object node) {
    return ids.computeIfAbsent(node, _ -> "[" + letters(ids.size()) + "]");
  }

  /// `A` to `Z`, then `AA`, `AB`, ...
  private static String letters(int number) {
    StringBuilder letters = new StringBuilder();
    for (int rest = number; rest >= 0; rest = rest / 26 - 1) {
      letters.insert(0, (char) ('A' + rest % 26));
    }
    return letters.toString();
  }

  private void addInnerGraphs(Apply apply) {
    switch (apply.op()) {
      case Scan scan -> {
        List<String> roles = new ArrayList<>();
        for (int i = 0; i < apply.operands().size(); i++) {
          boolean isOver = i < scan.sequences();
          boolean isCarry = !isOver && i < scan.sequences() + scan.carries();
          roles.add(isOver ? "over" : isCarry ? "carry" : "with");
        }
        addInner("each step of ", apply, scan.body(), apply.operands(), roles);
      }
      case Cond cond -> {
        List<Variable> captured = apply.operands().subList(1, apply.operands().size());
        addInner("then of ", apply, cond.then(), captured, List.of());
        addInner("otherwise of ", apply, cond.otherwise(), captured, List.of());
      }
      default -> {
        for (Graph inner : apply.op().innerGraphs()) {
          addInner("inside of ", apply, inner, apply.operands(), List.of());
        }
      }
    }
  }

  private void addInner(
      String where, Apply apply, Graph inner, List<Variable> operands, List<String> roles) {
    roots.add(
        new Root(
            () -> {
              List<String> parts = new ArrayList<>(List.of(where + id(apply)));
              for (int i = 0; i < inner.inputs().size(); i++) {
                String role = roles.isEmpty() ? "" : roles.get(i) + " ";
                parts.add(role + name(inner.inputs().get(i)) + " = " + name(operands.get(i)));
              }
              return String.join(", ", parts) + ":";
            },
            inner.outputs()));
  }

  private String name(Variable variable) {
    return switch (variable) {
      case Input input -> "%" + input.name() + " " + id(input);
      case Shared shared -> "@" + shared.name() + " " + id(shared);
      case Constant constant -> id(constant);
      case Result result ->
          id(result.apply()) + (result.apply().results().size() > 1 ? "." + result.index() : "");
    };
  }
}
