package arignote.autodiff.testing;

import arignote.inspect.Inspect;
import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Variable;
import arignote.ir.text.IrPrinter;
import arignote.rewrite.rules.Occurrences;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Assertions on a graph; each returns this, for the next.
public final class GraphAssert {
  private static final int MOST_CHARACTERS = 400;

  private final Graph graph;

  GraphAssert(Graph graph) {
    this.graph = graph;
  }

  /// Asserts that the expression means the same as another, given as text (see [Expressions#expr]).
  ///
  /// @param variables what the text calls by name besides this expression's own inputs and shared
  ///   variables: variables, or trees whose variables are called by their paths
  /// @throws AssertionError if not, with both sides, where they first differ, and values
  public GraphAssert isEquivalentTo(String expression, Object... variables) {
    return isEquivalentTo(read(expression, variables));
  }

  /// Asserts that the expression means the same as another.
  ///
  /// @throws AssertionError if not, with both sides, where they first differ, and values
  public GraphAssert isEquivalentTo(Variable expected) {
    Equivalence equivalence = Equivalence.of(variable(), expected);
    if (equivalence.verdict() == Verdict.DIFFERENT) {
      throw new AssertionError(equivalence.report());
    }
    return this;
  }

  /// Asserts that the expression can be proved to mean the same as another: in canonical form they
  /// are the same nodes.
  ///
  /// @throws AssertionError if not; if their values agree all the same, the message says so
  public GraphAssert isStructurally(String expression, Object... variables) {
    Equivalence equivalence = Equivalence.of(variable(), read(expression, variables));
    switch (equivalence.verdict()) {
      case STRUCTURAL -> {}
      case NUMERIC ->
          throw new AssertionError(
              "expected the same canonical form as %s, found %s; at random points their values agree, so isEquivalentTo holds"
                  .formatted(expression, Inspect.pp(variable(), MOST_CHARACTERS)));
      case DIFFERENT -> throw new AssertionError(equivalence.report());
    }
    return this;
  }

  /// How it is decided whether the expression means the same as another.
  public Verdict verdict(String expression, Object... variables) {
    return Equivalence.of(variable(), read(expression, variables)).verdict();
  }

  private Variable read(String expression, Object... variables) {
    List<Object> named = new ArrayList<>(Equivalence.leaves(variable()));
    named.addAll(List.of(variables));
    return Expressions.expr(expression, named.toArray());
  }

  private Variable variable() {
    if (graph.outputs().size() != 1) {
      throw new IllegalArgumentException(
          "the graph has %d outputs; assert about one of them: assertThat(graph.outputs().get(0))"
              .formatted(graph.outputs().size()));
    }
    return graph.outputs().getFirst();
  }

  /// Asserts how many nodes of an op there are, in the bodies of loops too.
  ///
  /// @param mnemonic the op's name in the text form: `dot`, `exp`, `scan`
  public GraphAssert hasOps(String mnemonic, int count) {
    SortedMap<String, Integer> counts = counts();
    int found = counts.getOrDefault(mnemonic, 0);
    if (found != count) {
      throw new AssertionError(
          "expected %d of the op %s, found %d; the ops are %s in%n%s"
              .formatted(count, mnemonic, found, counts, IrPrinter.print(graph)));
    }
    return this;
  }

  private SortedMap<String, Integer> counts() {
    SortedMap<String, Integer> counts = new TreeMap<>();
    Deque<Graph> waiting = new ArrayDeque<>(List.of(graph));
    while (!waiting.isEmpty()) {
      for (Apply apply : waiting.remove().applies()) {
        counts.merge(apply.op().mnemonic(), 1, Integer::sum);
        waiting.addAll(apply.op().innerGraphs());
      }
    }
    return counts;
  }

  /// Asserts that a pattern occurs nowhere: the left side of a rewrite rule, with conditions if
  /// need be, `log(exp(x)) where varying(x)`.
  public GraphAssert containsNo(String pattern) {
    return containsNo(pattern, "");
  }

  /// Asserts that a form occurs nowhere that is prone to overflow.
  public GraphAssert containsNo(NanProne form) {
    return containsNo(form.pattern(), "; write " + form.remedy());
  }

  /// Asserts that no form occurs that is prone to overflow.
  public GraphAssert containsNoNanProne() {
    for (NanProne form : NanProne.values()) {
      containsNo(form);
    }
    return this;
  }

  private GraphAssert containsNo(String pattern, String remedy) {
    List<Apply> found = Occurrences.of(pattern, graph);
    if (!found.isEmpty()) {
      Apply first = found.getFirst();
      throw new AssertionError(
          "expected no %s, found %s (%s)%s"
              .formatted(
                  pattern,
                  Inspect.pp(first.results().getFirst(), MOST_CHARACTERS),
                  first.site(),
                  remedy));
    }
    return this;
  }

  /// Asserts what the graph's text form is, blanks at both ends of lines apart. A line `...` stands
  /// for any lines.
  public GraphAssert matchesText(String expected) {
    String found = IrPrinter.print(graph);
    List<String> pattern = lines(expected);
    List<String> text = lines(found);
    if (!TextPattern.matches(pattern, text)) {
      throw new AssertionError(
          "expected the text%n%s%nfound%n%s%n%s"
              .formatted(
                  expected.strip(), found.strip(), TextPattern.firstDifference(pattern, text)));
    }
    return this;
  }

  private static List<String> lines(String text) {
    return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }
}
