package arignote.rewrite.rules;

import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// Factors of a product of which one is divided by another cancel, if they are never 0; constants
/// become one.
///
/// ```
/// %0 = mul(%x, 2.0) : f32[B]     =>     %0 = mul(%x, %y) : f32[B]
/// %1 = mul(%0, %y) : f32[B]
/// %2 = mul(%1, 0.5) : f32[B]
/// ```
final class CollectFactors implements CodedRule {
  /// Constants beyond are left where they are: they may be what keeps a product in range.
  private static final double LARGEST = 0x1p20;

  @Override
  public Optional<Variable> rewrite(Match match, Construction make) {
    TensorType type = match.rootType();
    if (!type.dtype().isFloat()) {
      return Optional.empty();
    }
    ArithmeticTree tree = ArithmeticTree.ofProduct(match.root(), match.facts());
    Map<Integer, Optional<Variable>> replacements = new HashMap<>();
    cancel(tree.leaves(), replacements, match.facts());
    foldConstants(tree.leaves(), replacements, type, make);
    return replacements.isEmpty() ? Optional.empty() : tree.rebuild(replacements, 0, make);
  }

  private static void cancel(
      List<ArithmeticTree.Leaf> leaves,
      Map<Integer, Optional<Variable>> replacements,
      Facts facts) {
    for (int i = 0; i < leaves.size(); i++) {
      for (int j = i + 1; j < leaves.size(); j++) {
        if (leaves.get(i).variable() == leaves.get(j).variable()
            && leaves.get(i).inverse() != leaves.get(j).inverse()
            && !replacements.containsKey(i)
            && !replacements.containsKey(j)
            && isNeverZero(leaves.get(i).variable(), facts)) {
          replacements.put(i, Optional.empty());
          replacements.put(j, Optional.empty());
        }
      }
    }
  }

  private static boolean isNeverZero(Variable variable, Facts facts) {
    Range range = facts.range(variable);
    return Splat.valueOf(variable).isEmpty() && range.nonzero() && range.defined();
  }

  private static void foldConstants(
      List<ArithmeticTree.Leaf> leaves,
      Map<Integer, Optional<Variable>> replacements,
      TensorType type,
      Construction make) {
    double product = 1;
    List<Integer> positions = new ArrayList<>();
    for (int i = 0; i < leaves.size(); i++) {
      OptionalDouble value = Splat.valueOf(leaves.get(i).variable());
      if (value.isPresent() && isMild(value.getAsDouble())) {
        positions.add(i);
        product =
            leaves.get(i).inverse() ? product / value.getAsDouble() : product * value.getAsDouble();
      }
    }
    if (positions.size() < 2 || !isMild(product)) {
      return;
    }
    positions.forEach(position -> replacements.put(position, Optional.empty()));
    // In place of a factor the product, in place of a divisor its inverse.
    int first =
        positions.stream()
            .filter(position -> !leaves.get(position).inverse())
            .findFirst()
            .orElse(positions.getFirst());
    double value = rounded(leaves.get(first).inverse() ? 1 / product : product, type.dtype());
    if (value != 1) {
      replacements.put(first, Optional.of(make.literal(value, type)));
    }
  }

  private static double rounded(double value, DType dtype) {
    return Splat.rounded(value, dtype).orElseThrow();
  }

  private static boolean isMild(double value) {
    double magnitude = Math.abs(value);
    return magnitude <= LARGEST && magnitude >= 1 / LARGEST;
  }
}
