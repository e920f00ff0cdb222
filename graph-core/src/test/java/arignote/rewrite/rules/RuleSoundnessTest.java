package arignote.rewrite.rules;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import arignote.ir.Apply;
import arignote.ir.Bindings;
import arignote.ir.Dim;
import arignote.ir.EvaluationException;
import arignote.ir.Graph;
import arignote.ir.GraphVerifier;
import arignote.ir.Input;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import arignote.ir.text.IrPrinter;
import arignote.reference.Interpreter;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Both sides of every rule compute the same: on random graphs that have the form of the left side,
/// with values from the harmless to infinity and NaN, by the reference.
///
/// A failure prints the seed; `-Drules.seed=N` tries another.
class RuleSoundnessTest {
  private static final long SEED = Long.getLong("rules.seed", 20);

  /// So many graphs on which the rule fires are wanted, of so many drawn.
  private static final int WANTED = 60;

  private static final int TRIES = 30_000;

  /// Errors are relative to the largest number that occurs on the way, in units of its last place.
  private static final double ROUNDINGS = 40;

  /// In double precision, where nothing more precise is at hand, the written form may itself be so
  /// far off. In single precision the double one tells.
  private static final double ILL_CONDITIONED = 1e-5;

  static Stream<Rule> rules() {
    return RuleBook.standard().rules().stream();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void bothSidesComputeTheSame(Rule rule) {
    Random random = new Random(SEED + rule.name().hashCode());
    ApplyRules pass = ApplyRules.of(rule.phase()).only(Set.of(rule.name()));
    int fired = 0;
    for (int i = 0; i < TRIES && fired < WANTED; i++) {
      RuleInstance.Drawn drawn;
      try {
        drawn = RuleInstance.draw(rule, random, random.nextInt(3) == 0);
      } catch (RuleInstance.Misfit | TypeException _) {
        continue;
      }
      Graph rewritten = pass.apply(drawn.graph());
      if (rewritten != drawn.graph() && compare(rule, drawn, rewritten, random)) {
        fired++;
      }
    }
    assertTrue(
        fired >= WANTED / 2,
        "%s fired on %d of %d graphs only, seed %d".formatted(rule, fired, TRIES, SEED));
  }

  /// Evaluates both graphs; whether they can be evaluated.
  private static boolean compare(
      Rule rule, RuleInstance.Drawn drawn, Graph rewritten, Random random) {
    GraphVerifier.verifyStructure(rewritten);
    boolean nonempty = assumes(rule, Guard.NONEMPTY);
    Bindings bindings =
        new Bindings().put("B", random.nextInt(nonempty ? 1 : 0, 4)).put("T", random.nextInt(1, 4));
    Values values =
        switch (random.nextInt(assumes(rule, Guard.FINITE) ? 2 : 3)) {
          case 0 -> Values.MILD;
          case 1 -> Values.EXTREME;
          default -> Values.NOT_FINITE;
        };
    List<HostTensor> inputs = new ArrayList<>();
    List<HostTensor> before;
    try {
      for (Input input : drawn.graph().inputs()) {
        HostTensor value = bindings.zeros(input.type());
        Dim limit = drawn.indexLimits().get(input);
        values.fill(value, limit == null ? -1 : bindings.length(limit), random);
        inputs.add(value);
      }
      before = Interpreter.evaluate(everything(drawn.graph()), inputs, bindings);
    } catch (EvaluationException | TypeException _) {
      return false;
    }
    String where =
        "%s, seed %d%n%s =>%n%s%ninputs %s, %s"
            .formatted(
                rule,
                SEED,
                IrPrinter.print("before", drawn.graph()),
                IrPrinter.print("after", rewritten),
                inputs,
                bindings);
    List<HostTensor> after;
    List<HostTensor> exact;
    Graph doubles = Doubles.of(drawn.graph());
    try {
      after = Interpreter.evaluate(everything(rewritten), inputs, bindings);
      exact =
          Interpreter.evaluate(
              everything(doubles), inputs.stream().map(Doubles::of).toList(), bindings);
    } catch (EvaluationException | TypeException e) {
      return fail(where, e);
    }
    if (isIllConditioned(doubles, exact)) {
      return false;
    }
    check(
        before, after, inputs, exact.getFirst(), overflows(drawn.graph(), inputs, bindings), where);
    return true;
  }

  /// The written form's value where all inputs are finite, if something overflows on the way: what
  /// is not finite in it is so by overflow, whatever else comes from inputs that are not finite.
  private static Optional<HostTensor> overflows(
      Graph graph, List<HostTensor> inputs, Bindings bindings) {
    List<HostTensor> finite = inputs.stream().map(RuleSoundnessTest::finite).toList();
    List<HostTensor> values = Interpreter.evaluate(everything(graph), finite, bindings);
    return leavesRange(graph, values) ? Optional.of(values.getFirst()) : Optional.empty();
  }

  /// The tensor with 1 in place of what is not finite.
  private static HostTensor finite(HostTensor tensor) {
    HostTensor finite = tensor.copy();
    for (long i = 0; i < finite.size(); i++) {
      if (!Double.isFinite(finite.getDouble(i))) {
        finite.setDouble(i, 1);
      }
    }
    return finite;
  }

  /// Whether a logarithm is taken so near its pole that nobody here knows its exact value.
  private static boolean isIllConditioned(Graph graph, List<HostTensor> values) {
    IdentityHashMap<Variable, HostTensor> byVariable = new IdentityHashMap<>();
    int next = graph.outputs().size();
    for (Apply apply : graph.applies()) {
      if (apply.op().equals(new Unary(UnaryFn.LOG1P))) {
        HostTensor operand = byVariable.get(apply.operand(0));
        for (long i = 0; operand != null && i < operand.size(); i++) {
          double distance = 1 + operand.getDouble(i);
          if (distance != 0 && Math.abs(distance) < 1e-6) {
            return true;
          }
        }
      }
      for (Variable result : apply.results()) {
        byVariable.put(result, values.get(next++));
      }
    }
    return false;
  }

  private static boolean assumes(Rule rule, Guard guard) {
    return rule.assuming().stream()
        .anyMatch(condition ->
            condition instanceof Condition.Holds(Guard assumed, _) && assumed == guard);
  }

  /// Whether a node of the written form overflows, or an exponential underflows: then the rewritten
  /// form may have a value where the written one has none.
  private static boolean leavesRange(Graph graph, List<HostTensor> values) {
    int next = graph.outputs().size();
    for (Apply apply : graph.applies()) {
      HostTensor value = values.get(next++);
      boolean isPower =
          apply.op() instanceof Unary(var fn) && (fn == UnaryFn.EXP || fn == UnaryFn.SIGMOID);
      for (long i = 0; i < value.size(); i++) {
        if (Double.isInfinite(value.getDouble(i)) || (isPower && value.getDouble(i) == 0)) {
          return true;
        }
      }
    }
    return false;
  }

  /// The graph with all its nodes as further outputs.
  private static Graph everything(Graph graph) {
    List<Variable> outputs = new ArrayList<>(graph.outputs());
    for (Apply apply : graph.applies()) {
      outputs.addAll(apply.results());
    }
    return new Graph(graph.inputs(), outputs);
  }

  /// Kinds of values for inputs.
  private enum Values {
    MILD,
    EXTREME,
    NOT_FINITE;

    void fill(HostTensor tensor, long limit, Random random) {
      for (long i = 0; i < tensor.size(); i++) {
        if (limit >= 0) {
          tensor.setLong(i, limit == 0 ? 0 : random.nextLong(limit));
        } else if (tensor.dtype() == DType.BOOL) {
          tensor.setLong(i, random.nextInt(2));
        } else if (!tensor.dtype().isFloat()) {
          tensor.setLong(i, this == MILD ? random.nextInt(-5, 6) : random.nextLong());
        } else {
          // The sign of a zero is not kept.
          double magnitude = magnitude(random);
          tensor.setDouble(i, random.nextBoolean() || magnitude == 0 ? magnitude : -magnitude);
        }
      }
    }

    private double magnitude(Random random) {
      double mild = Math.abs(random.nextGaussian()) * 2;
      return switch (this) {
        case MILD -> mild;
        case EXTREME ->
            switch (random.nextInt(9)) {
              case 0 -> 0;
              case 1 -> 1;
              case 2 -> 1e-12;
              case 3 -> 1e18;
              case 4 -> 800;
              case 5 -> random.nextInt(1, 200);
              case 6 -> Math.exp(random.nextGaussian() * 3);
              default -> mild;
            };
        case NOT_FINITE ->
            switch (random.nextInt(6)) {
              case 0 -> Double.POSITIVE_INFINITY;
              case 1 -> Double.NaN;
              case 2 -> 0;
              case 3 -> 1;
              default -> mild;
            };
      };
    }
  }

  private static void check(
      List<HostTensor> before,
      List<HostTensor> after,
      List<HostTensor> inputs,
      HostTensor exact,
      Optional<HostTensor> overflown,
      String where) {
    HostTensor expected = before.getFirst();
    HostTensor found = after.getFirst();
    boolean single =
        Stream.of(before, after, inputs)
            .flatMap(List::stream)
            .anyMatch(tensor -> tensor.dtype() == DType.F32);
    double rounding = ROUNDINGS * (single ? 0x1p-24 : 0x1p-53);
    double scale = Math.max(largest(inputs), Math.max(largest(before), largest(after)));
    boolean isFloat = expected.dtype().isFloat();
    for (long i = 0; i < expected.size(); i++) {
      double x = expected.getDouble(i);
      double y = found.getDouble(i);
      double truth = exact.getDouble(i);
      boolean same = x == y || (Double.isNaN(x) && Double.isNaN(y));
      boolean close =
          isFloat
              && (Math.abs(x - y) <= rounding * scale
                  || (single && Math.abs(truth - y) <= rounding * Math.abs(truth))
                  || (single && Math.abs(truth - y) <= Math.abs(truth - x))
                  || (!single && Math.abs(x - y) <= ILL_CONDITIONED * scale));
      if (!same && !close && (Double.isFinite(x) || !isOverflow(overflown, i))) {
        fail("element %d: %s became %s, exact is %s%n%s".formatted(i, x, y, truth, where));
      }
    }
  }

  private static boolean isOverflow(Optional<HostTensor> overflown, long position) {
    return overflown.isPresent() && !Double.isFinite(overflown.get().getDouble(position));
  }

  private static double largest(List<HostTensor> tensors) {
    double largest = 0;
    for (HostTensor tensor : tensors) {
      for (long i = 0; tensor.dtype().isFloat() && i < tensor.size(); i++) {
        double magnitude = Math.abs(tensor.getDouble(i));
        largest = Double.isFinite(magnitude) ? Math.max(largest, magnitude) : largest;
      }
    }
    return largest;
  }
}
