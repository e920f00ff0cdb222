package arignote.rewrite.rules;

import arignote.ir.Result;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.UnaryFn;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// Terms of a sum that are multiples of one variable become one term, where the first was;
/// constants become one, if their sum is exact.
///
/// ```
/// %0 = add(%x, %y) : f32[B]     =>     %0 = add(%y, %z) : f32[B]
/// %1 = add(%0, %z) : f32[B]
/// %2 = sub(%1, %x) : f32[B]
/// ```
final class CollectTerms implements CodedRule {
  /// Larger factors of integers could not be added as doubles.
  private static final double LARGEST = 0x1p31;

  /// One leaf: `factor * variable`; a constant is so many times no variable.
  private record Term(int position, Optional<Variable> variable, double factor, boolean inverse) {
    double signed() {
      return inverse ? -factor : factor;
    }

    boolean isLike(Term other) {
      return variable.isPresent() == other.variable.isPresent()
          && (variable.isEmpty() || variable.get() == other.variable.orElseThrow());
    }
  }

  @Override
  public Optional<Variable> rewrite(Match match, Construction make) {
    ArithmeticTree tree = ArithmeticTree.ofSum(match.root(), match.facts());
    List<Term> terms = new ArrayList<>();
    for (int i = 0; i < tree.leaves().size(); i++) {
      terms.add(term(i, tree.leaves().get(i)));
    }
    TensorType type = match.rootType();
    Map<Integer, Optional<Variable>> replacements = new HashMap<>();
    int saved = 0;
    for (List<Term> like : groups(terms)) {
      OptionalDouble total = total(like, type.dtype());
      if (like.size() > 1
          && total.isPresent()
          && (total.getAsDouble() != 0 || isDefined(like.getFirst(), match))) {
        for (Term term : like) {
          replacements.put(term.position(), Optional.empty());
          saved += isMultiple(term.factor()) && isOwned(tree, term, match) ? 1 : 0;
        }
        Term first = like.getFirst();
        double factor = first.inverse() ? -total.getAsDouble() : total.getAsDouble();
        if (factor != 0) {
          replacements.put(first.position(), Optional.of(multiple(first, factor, type, make)));
          saved -= first.variable().isPresent() && factor != 1 ? 1 : 0;
        }
      }
    }
    return replacements.isEmpty() ? Optional.empty() : tree.rebuild(replacements, saved, make);
  }

  /// Whether a NaN would not be lost with the term.
  private static boolean isDefined(Term term, Match match) {
    return term.variable().isEmpty() || match.facts().range(term.variable().get()).defined();
  }

  private static boolean isMultiple(double factor) {
    return factor != 1;
  }

  private static boolean isOwned(ArithmeticTree tree, Term term, Match match) {
    return term.variable().isPresent()
        && match.facts().uses(tree.leaves().get(term.position()).variable()) <= 1;
  }

  private static Term term(int position, ArithmeticTree.Leaf leaf) {
    OptionalDouble constant = Splat.valueOf(leaf.variable());
    if (constant.isPresent()) {
      return new Term(position, Optional.empty(), constant.getAsDouble(), leaf.inverse());
    }
    if (leaf.variable() instanceof Result result
        && result.apply().op().equals(new Binary(BinaryFn.MUL))) {
      OptionalDouble factor = Splat.valueOf(result.apply().operand(1));
      if (factor.isPresent() && Math.abs(factor.getAsDouble()) < LARGEST) {
        return new Term(
            position, Optional.of(result.apply().operand(0)), factor.getAsDouble(), leaf.inverse());
      }
    }
    return new Term(position, Optional.of(leaf.variable()), 1, leaf.inverse());
  }

  private static List<List<Term>> groups(List<Term> terms) {
    List<List<Term>> groups = new ArrayList<>();
    for (Term term : terms) {
      groups.stream()
          .filter(group -> group.getFirst().isLike(term))
          .findFirst()
          .ifPresentOrElse(
              group -> group.add(term), () -> groups.add(new ArrayList<>(List.of(term))));
    }
    return groups;
  }

  /// The sum of the factors, nothing if it is not exact: of constants as [Guard#EXACT_SUM] says
  /// why, of factors only so far as they are more than rounding.
  private static OptionalDouble total(List<Term> like, DType dtype) {
    double total = 0;
    for (Term term : like) {
      double sum = total + term.signed();
      double back = sum - total;
      boolean exact = (total - (sum - back)) + (term.signed() - back) == 0;
      boolean constant = term.variable().isEmpty();
      if (!Double.isFinite(sum) || (constant && !(exact && isValue(sum, dtype)))) {
        return OptionalDouble.empty();
      }
      total = sum;
    }
    return Splat.rounded(total, dtype);
  }

  private static boolean isValue(double number, DType dtype) {
    return Splat.rounded(number, dtype).equals(OptionalDouble.of(number));
  }

  private static Variable multiple(Term term, double factor, TensorType type, Construction make) {
    if (term.variable().isEmpty()) {
      return make.literal(factor, type);
    }
    Variable variable = term.variable().get();
    if (factor == 1) {
      return variable;
    }
    return factor == -1
        ? make.unary(UnaryFn.NEG, variable)
        : make.binary(BinaryFn.MUL, variable, make.literal(factor, type));
  }
}
