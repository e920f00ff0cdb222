package arignote.rewrite.rules;

import arignote.ir.Apply;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/// A probability, `s = sigmoid(a)` or `1 - s`, by which a term of a sum is divided, and the sum is
/// multiplied, cancels; the other terms are multiplied by it. That is what the slope of `s` does to
/// what came back through `log(s)` and `log(1 - s)`; as it is written, `1 / (1 - s) * (1 - s)` is
/// NaN as soon as `s` is rounded to 1.
///
/// ```
/// %0 = div(%x, %s) : f32[B]     =>     %0 = mul(%y, %s) : f32[B]
/// %1 = add(%0, %y) : f32[B]            %1 = add(%x, %0) : f32[B]
/// %2 = mul(%1, %s) : f32[B]
/// ```
final class CancelProbability implements CodedRule {
  /// More than the nodes of a tree: it is worth any number of them.
  private static final int WORTH = 100;

  /// A leaf of the product `x` that is divided by a factor of the product `y`, or a sum with a term
  /// that is.
  private record Meeting(ArithmeticTree x, int divided, ArithmeticTree y, int factor) {
    Variable probability() {
      return y.leaves().get(factor).variable();
    }
  }

  /// Whether a factor of `y` is a probability by which `x`, or a term of a sum in `x`, is divided.
  static boolean meet(Variable x, Variable y, Facts facts) {
    return meeting(x, y, facts).isPresent();
  }

  @Override
  public Optional<Variable> rewrite(Match match, Construction make) {
    Facts facts = match.facts();
    return meeting(match.variable("x"), match.variable("y"), facts)
        .map(meeting -> {
          ArithmeticTree.Leaf divided = meeting.x.leaves().get(meeting.divided);
          Optional<Variable> replacement =
              divided.inverse()
                  ? Optional.empty()
                  : Optional.of(multiplied(divided.variable(), meeting.probability(), facts, make));
          Variable rest = replaced(meeting.x, Map.of(meeting.divided, replacement), make);
          return meeting.y.leaves().size() == 1
              ? rest
              : make.binary(
                  BinaryFn.MUL,
                  rest,
                  replaced(meeting.y, Map.of(meeting.factor, Optional.empty()), make));
        });
  }

  private static Optional<Meeting> meeting(Variable x, Variable y, Facts facts) {
    if (!x.type().dtype().isFloat() || !isComputed(x) || !isComputed(y)) {
      return Optional.empty();
    }
    ArithmeticTree factors = product(y, facts);
    for (int i = 0; i < factors.leaves().size(); i++) {
      ArithmeticTree.Leaf factor = factors.leaves().get(i);
      if (!factor.inverse() && isProbability(factor.variable())) {
        ArithmeticTree dividend = product(x, facts);
        for (int j = 0; j < dividend.leaves().size(); j++) {
          if (isDivided(dividend.leaves().get(j), factor.variable(), facts)) {
            return Optional.of(new Meeting(dividend, j, factors, i));
          }
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isDivided(ArithmeticTree.Leaf leaf, Variable probability, Facts facts) {
    if (leaf.inverse()) {
      return areEqual(leaf.variable(), probability);
    }
    return isSum(leaf.variable())
        && sum(leaf.variable(), facts).leaves().stream()
            .anyMatch(term -> divisor(term.variable(), probability, facts).isPresent());
  }

  /// Where among the factors of a term it is divided by a probability.
  private static Optional<Integer> divisor(Variable term, Variable probability, Facts facts) {
    if (!isComputed(term)) {
      return Optional.empty();
    }
    List<ArithmeticTree.Leaf> leaves = product(term, facts).leaves();
    return IntStream.range(0, leaves.size())
        .filter(i -> leaves.get(i).inverse() && areEqual(leaves.get(i).variable(), probability))
        .boxed()
        .findFirst();
  }

  /// A sum, term by term.
  private static Variable multiplied(
      Variable sum, Variable probability, Facts facts, Construction make) {
    ArithmeticTree tree = sum(sum, facts);
    Map<Integer, Optional<Variable>> products = new HashMap<>();
    for (int i = 0; i < tree.leaves().size(); i++) {
      Variable term = tree.leaves().get(i).variable();
      products.put(
          i,
          Optional.of(
              divisor(term, probability, facts)
                  .map(position ->
                      replaced(product(term, facts), Map.of(position, Optional.empty()), make))
                  .orElseGet(() -> make.binary(BinaryFn.MUL, term, probability))));
    }
    return replaced(tree, products, make);
  }

  private static Variable replaced(
      ArithmeticTree tree, Map<Integer, Optional<Variable>> replacements, Construction make) {
    return tree.rebuild(replacements, WORTH, make).orElseThrow();
  }

  private static boolean isComputed(Variable variable) {
    return variable instanceof Result result && result.apply().results().size() == 1;
  }

  private static ArithmeticTree product(Variable x, Facts facts) {
    return ArithmeticTree.ofProduct(((Result) x).apply(), facts);
  }

  private static ArithmeticTree sum(Variable x, Facts facts) {
    return ArithmeticTree.ofSum(((Result) x).apply(), facts);
  }

  private static boolean isSum(Variable x) {
    return is(x, BinaryFn.ADD) || is(x, BinaryFn.SUB);
  }

  private static boolean is(Variable x, BinaryFn fn) {
    return x instanceof Result result && result.apply().op().equals(new Binary(fn));
  }

  private static boolean isProbability(Variable x) {
    return logit(complement(x).orElse(x)).isPresent();
  }

  /// Whether two probabilities are one, in whatever words.
  private static boolean areEqual(Variable x, Variable y) {
    Optional<Variable> a = logit(complement(x).orElse(x));
    Optional<Variable> b = logit(complement(y).orElse(y));
    boolean sameSide = complement(x).isPresent() == complement(y).isPresent();
    return a.isPresent()
        && b.isPresent()
        && (sameSide ? a.get() == b.get() : areOpposite(a.get(), b.get()));
  }

  private static Optional<Variable> logit(Variable x) {
    return argument(UnaryFn.SIGMOID, x);
  }

  private static boolean areOpposite(Variable a, Variable b) {
    if (is(a, BinaryFn.SUB) && is(b, BinaryFn.SUB)) {
      Apply left = ((Result) a).apply();
      Apply right = ((Result) b).apply();
      return left.operand(0) == right.operand(1) && left.operand(1) == right.operand(0);
    }
    return argument(UnaryFn.NEG, a).filter(x -> x == b).isPresent()
        || argument(UnaryFn.NEG, b).filter(x -> x == a).isPresent();
  }

  /// What is taken from 1.
  private static Optional<Variable> complement(Variable x) {
    if (!is(x, BinaryFn.SUB)) {
      return Optional.empty();
    }
    Apply difference = ((Result) x).apply();
    return Splat.valueOf(difference.operand(0)).equals(OptionalDouble.of(1))
        ? Optional.of(difference.operand(1))
        : Optional.empty();
  }

  private static Optional<Variable> argument(UnaryFn fn, Variable x) {
    return x instanceof Result result && result.apply().op().equals(new Unary(fn))
        ? Optional.of(result.apply().operand(0))
        : Optional.empty();
  }
}
