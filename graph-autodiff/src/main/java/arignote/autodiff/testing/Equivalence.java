package arignote.autodiff.testing;

import arignote.inspect.Inspect;
import arignote.ir.Apply;
import arignote.ir.Bindings;
import arignote.ir.EvaluationException;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Shared;
import arignote.ir.Variable;
import arignote.reference.Interpreter;
import arignote.rewrite.Pass;
import arignote.rewrite.passes.FoldConstants;
import arignote.rewrite.passes.InlineCustomOps;
import arignote.rewrite.passes.MergeDuplicates;
import arignote.rewrite.rules.ApplyRules;
import arignote.rewrite.scan.PruneScans;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Whether two expressions of the same variables mean the same.
///
/// First both are brought into canonical form together: if they become one node, that is a proof.
/// Else they are evaluated in double precision, by the reference, for random lengths and values of
/// all variables. NaN equals NaN.
///
/// @param report nothing if they are equivalent; else both sides, where their canonical forms first
///   differ, and values
public record Equivalence(Verdict verdict, String report) {
  private static final List<Pass> CANONICAL =
      List.of(
          new InlineCustomOps(),
          new MergeDuplicates(),
          new PruneScans(),
          new FoldConstants(),
          ApplyRules.of("canonicalize"),
          new FillsAsConstants(),
          new MergeDuplicates());

  private static final int POINTS = 24;

  /// Relative to the larger value, or to 1.
  private static final double TOLERANCE = 1e-8;

  private static final int MOST_CHARACTERS = 400;

  /// Compares with the default seed of the points, 1, or that of the property `equivalence.seed`.
  public static Equivalence of(Variable found, Variable expected) {
    return of(found, expected, Long.getLong("equivalence.seed", 1));
  }

  public static Equivalence of(Variable found, Variable expected, long seed) {
    if (!found.type().equals(expected.type())) {
      return different(
          found,
          expected,
          "the types differ: found %s, expected %s".formatted(found.type(), expected.type()));
    }
    Graph both = closed(List.of(found, expected));
    Graph canonical = both;
    for (Pass pass : CANONICAL) {
      canonical = pass.apply(canonical);
    }
    Variable left = canonical.outputs().get(0);
    Variable right = canonical.outputs().get(1);
    if (left == right) {
      return new Equivalence(Verdict.STRUCTURAL, "");
    }
    Graph wide = InDoublePrecision.of(both);
    Random random = new Random(seed);
    int compared = 0;
    for (int point = 0; point < POINTS; point++) {
      List<HostTensor> values = new ArrayList<>();
      Bindings bindings = new Bindings();
      bindLengths(wide, random, bindings);
      for (Input input : wide.inputs()) {
        values.add(values(input, bindings, random, point));
      }
      List<HostTensor> results;
      try {
        results = Interpreter.evaluate(wide, values, bindings);
      } catch (EvaluationException _) {
        // No point of the domain: an index out of range, lengths that do not fit.
        continue;
      }
      String difference = difference(results.get(0), results.get(1));
      if (!difference.isEmpty()) {
        return different(
            found,
            expected,
            "%s%n    for %s, seed %d%n  in canonical form they first differ at%s"
                .formatted(difference, describe(wide, values), seed, firstDifference(left, right)));
      }
      compared += results.getFirst().size() > 0 ? 1 : 0;
    }
    if (compared == 0) {
      return different(
          found, expected, "undecided: no random point has a value, and the forms differ");
    }
    return new Equivalence(Verdict.NUMERIC, "");
  }

  /// The graph of some variables and all inputs that they depend on.
  static Graph closed(List<Variable> outputs) {
    List<Input> inputs =
        new Graph(List.of(), outputs)
            .leaves().stream().filter(Input.class::isInstance).map(Input.class::cast).toList();
    return new Graph(inputs, outputs);
  }

  private static Equivalence different(Variable found, Variable expected, String how) {
    return new Equivalence(
        Verdict.DIFFERENT,
        "expected an expression equivalent to%n    %s%n  found%n    %s%n  %s"
            .formatted(show(expected), show(found), how));
  }

  private static String show(Variable variable) {
    return Inspect.pp(variable, MOST_CHARACTERS) + " : " + variable.type();
  }

  private static void bindLengths(Graph graph, Random random, Bindings bindings) {
    Set<String> symbols = new TreeSet<>();
    graph.inputs().forEach(input -> symbols.addAll(input.type().symbols()));
    symbols.forEach(symbol -> bindings.put(symbol, random.nextInt(2, 5)));
  }

  /// Some points are positive, for functions that need that, and some large.
  private static HostTensor values(Input input, Bindings bindings, Random random, int point) {
    HostTensor tensor = bindings.zeros(input.type());
    for (long i = 0; i < tensor.size(); i++) {
      switch (input.type().dtype()) {
        case BOOL -> tensor.setLong(i, random.nextInt(2));
        case I32, I64 -> tensor.setLong(i, random.nextInt(2));
        case F32, F64 ->
            tensor.setDouble(
                i,
                switch (point % 4) {
                  case 0 -> random.nextDouble(0.1, 2);
                  case 1 -> random.nextDouble(0.05, 0.95);
                  case 2 -> 5 * random.nextGaussian();
                  default -> random.nextGaussian();
                });
      }
    }
    return tensor;
  }

  private static String difference(HostTensor found, HostTensor expected) {
    for (long i = 0; i < found.size(); i++) {
      double left = found.getDouble(i);
      double right = expected.getDouble(i);
      double allowed = TOLERANCE * Math.max(1, Math.max(Math.abs(left), Math.abs(right)));
      boolean same =
          Double.compare(left, right) == 0 || left == right || Math.abs(left - right) <= allowed;
      if (!same) {
        return "the values differ at element %d of %d: found %s, expected %s"
            .formatted(i, found.size(), left, right);
      }
    }
    return "";
  }

  private static String describe(Graph graph, List<HostTensor> values) {
    List<String> described = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      String text = values.get(i).toString();
      described.add(
          graph.inputs().get(i).name()
              + " = "
              + (text.length() > 200 ? text.substring(0, 200) + "..." : text));
    }
    return String.join(", ", described);
  }

  /// Goes down both sides as long as they are the same op of as many operands with the same
  /// attributes, into the first operand that is not shared.
  private static String firstDifference(Variable left, Variable right) {
    Variable found = left;
    Variable expected = right;
    while (found instanceof Result one
        && expected instanceof Result other
        && one.index() == other.index()
        && one.apply().op().equals(other.apply().op())
        && one.apply().operands().size() == other.apply().operands().size()) {
      Apply first = one.apply();
      Apply second = other.apply();
      Set<Integer> unequal = new LinkedHashSet<>();
      for (int i = 0; i < first.operands().size(); i++) {
        if (first.operand(i) != second.operand(i)) {
          unequal.add(i);
        }
      }
      if (unequal.isEmpty()) {
        break;
      }
      int into = unequal.iterator().next();
      found = first.operand(into);
      expected = second.operand(into);
    }
    return "%n    found    %s%n    expected %s".formatted(show(found), show(expected));
  }

  /// The variables by whose names an expression can call the leaves of another.
  static List<Variable> leaves(Variable variable) {
    return new Graph(List.of(), List.of(variable))
        .leaves().stream()
            .filter(leaf -> leaf instanceof Input || leaf instanceof Shared)
            .collect(Collectors.toList());
  }
}
