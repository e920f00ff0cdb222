package arignote.rewrite.rules;

import arignote.ir.Apply;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The sums and differences, or the products and quotients, that one node is made of: so many as
/// can be looked at in bounded time. Leaves can be taken out or replaced; the others keep their
/// order and association, so that what is not simplified is computed as it was written.
final class ArithmeticTree {
  /// At most so many leaves are looked at.
  private static final int LEAVES = 16;

  /// A leaf.
  ///
  /// @param inverse whether it is subtracted, or divided by
  record Leaf(Variable variable, boolean inverse) {}

  private sealed interface Tree {
    Variable variable();

    /// @param position among the leaves
    record End(Variable variable, int position) implements Tree {}

    /// @param dies whether nothing else uses this node
    record Branch(Apply apply, boolean dies, List<Tree> operands) implements Tree {
      @Override
      public Variable variable() {
        return apply.result();
      }
    }
  }

  private final Set<BinaryFn> fns;
  private final Facts facts;
  private final List<Leaf> leaves = new ArrayList<>();
  private final Tree root;
  private int places = 1;

  private ArithmeticTree(Apply root, Set<BinaryFn> fns, Facts facts) {
    this.fns = fns;
    this.facts = facts;
    this.root = grow(root.result(), false, true);
  }

  static ArithmeticTree ofSum(Apply root, Facts facts) {
    return new ArithmeticTree(root, Set.of(BinaryFn.ADD, BinaryFn.SUB), facts);
  }

  static ArithmeticTree ofProduct(Apply root, Facts facts) {
    return new ArithmeticTree(root, Set.of(BinaryFn.MUL, BinaryFn.DIV), facts);
  }

  List<Leaf> leaves() {
    return leaves;
  }

  private boolean isSum() {
    return fns.contains(BinaryFn.ADD);
  }

  /// Breadth does not matter here: at most [#LEAVES] levels are entered.
  private Tree grow(Variable variable, boolean inverse, boolean dies) {
    if (variable instanceof Result result && isBranch(result.apply()) && places < LEAVES) {
      Apply apply = result.apply();
      List<Tree> operands = new ArrayList<>();
      places += apply.operands().size() - 1;
      for (int i = 0; i < apply.operands().size(); i++) {
        Variable operand = apply.operand(i);
        operands.add(
            grow(operand, inverse != isInverted(apply, i), dies && facts.uses(operand) <= 1));
      }
      return new Tree.Branch(apply, dies, operands);
    }
    leaves.add(new Leaf(variable, inverse));
    return new Tree.End(variable, leaves.size() - 1);
  }

  private boolean isBranch(Apply apply) {
    return switch (apply.op()) {
      case Binary(var fn) -> fns.contains(fn);
      case Unary(var fn) -> fn == UnaryFn.NEG && isSum();
      default -> false;
    };
  }

  private static boolean isInverted(Apply apply, int operand) {
    return switch (apply.op()) {
      case Binary(var fn) -> operand == 1 && (fn == BinaryFn.SUB || fn == BinaryFn.DIV);
      default -> true;
    };
  }

  /// The tree with some leaves replaced, nothing in a leaf's place taking it out; nothing if that
  /// is not fewer nodes.
  ///
  /// @param replacements by the leaf's position
  /// @param saved how many nodes of leaves die, less those that replacements add
  Optional<Variable> rebuild(
      Map<Integer, Optional<Variable>> replacements, int saved, Construction make) {
    int[] balance = {saved};
    IdentityHashMap<Tree, Boolean> changed = new IdentityHashMap<>();
    boolean present = weigh(root, replacements, changed, balance);
    if (balance[0] <= 0) {
      return Optional.empty();
    }
    return present
        ? build(root, replacements, changed, make)
        : Optional.of(make.literal(isSum() ? 0 : 1, root.variable().type()));
  }

  /// Whether anything is left of a tree; counts nodes that die for, nodes that are made against.
  private boolean weigh(
      Tree tree,
      Map<Integer, Optional<Variable>> replacements,
      IdentityHashMap<Tree, Boolean> changed,
      int[] balance) {
    switch (tree) {
      case Tree.End(_, int position) -> {
        changed.put(tree, replacements.containsKey(position));
        return replacements.getOrDefault(position, Optional.of(tree.variable())).isPresent();
      }
      case Tree.Branch(Apply apply, boolean dies, List<Tree> operands) -> {
        boolean anyChanged = false;
        List<Boolean> present = new ArrayList<>();
        for (Tree operand : operands) {
          present.add(weigh(operand, replacements, changed, balance));
          anyChanged |= changed.getOrDefault(operand, false);
        }
        changed.put(tree, anyChanged);
        if (anyChanged) {
          balance[0] += dies ? 1 : 0;
          boolean needed = !present.contains(false) || (present.getLast() && isInverted(apply, 1));
          balance[0] -= needed && present.getLast() ? 1 : 0;
        }
        return present.contains(true);
      }
    }
  }

  private Optional<Variable> build(
      Tree tree,
      Map<Integer, Optional<Variable>> replacements,
      IdentityHashMap<Tree, Boolean> changed,
      Construction make) {
    if (!changed.getOrDefault(tree, false)) {
      return Optional.of(tree.variable());
    }
    return switch (tree) {
      case Tree.End(Variable variable, int position) ->
          replacements.getOrDefault(position, Optional.of(variable));
      case Tree.Branch(Apply apply, _, List<Tree> operands) -> {
        List<Optional<Variable>> built =
            operands.stream().map(each -> build(each, replacements, changed, make)).toList();
        yield combine(apply, built, make);
      }
    };
  }

  private static Optional<Variable> combine(
      Apply apply, List<Optional<Variable>> operands, Construction make) {
    if (operands.stream().allMatch(Optional::isPresent)) {
      return Optional.of(
          make.apply(apply.op(), operands.stream().map(Optional::orElseThrow).toList()));
    }
    if (operands.getFirst().isPresent() || !isInverted(apply, 1)) {
      return operands.getFirst().or(operands::getLast);
    }
    return operands
        .getLast()
        .map(last ->
            apply.op().equals(new Binary(BinaryFn.DIV))
                ? make.binary(BinaryFn.DIV, make.literal(1, last.type()), last)
                : make.unary(UnaryFn.NEG, last));
  }
}
