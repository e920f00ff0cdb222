package arignote.rewrite.passes;

import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Fused;
import arignote.ir.op.LoopAxes;
import arignote.ir.op.Reduce;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Nodes that may become one loop over rows, see [FuseReductions]; most are alone.
final class RowGroup {
  /// Nodes that more others read are not moved: it would take long to find out whether they can be.
  private static final int MOST_READERS = 64;

  /// What the loop runs over, and what its reductions take away: nothing if there are none.
  record Key(List<Dim> shape, List<Integer> axes) {
    /// Whether what is reduced can be repeated along its row in the same loop: a row lies side by
    /// side in memory and is not all of a matrix.
    boolean repeats() {
      return axes.contains(shape.size() - 1) && (axes.size() < shape.size() || axes.size() == 1);
    }

    boolean isWhole(Variable value) {
      return value.type().shape().equals(shape);
    }

    /// Whether a value has the shape of a reduction's result, with or without the reduced axes.
    boolean isOfRow(Variable value) {
      List<Dim> found = value.type().shape();
      return !axes.isEmpty()
          && (found.equals(LoopAxes.keptShape(shape, axes))
              || found.equals(LoopAxes.paddedShape(shape, axes)));
    }

    /// Whether a value of such a shape is read in the row that it belongs to.
    boolean isInRow(TensorType type, List<Integer> alignment) {
      List<Integer> kept = LoopAxes.kept(shape, axes);
      boolean padded = type.rank() == shape.size();
      for (int axis = 0; axis < type.rank(); axis++) {
        int own = padded ? axis : kept.get(axis);
        if (alignment.get(axis) != own
            && !(alignment.get(axis) == LoopAxes.NONE && type.dim(axis).is(1))) {
          return false;
        }
      }
      return true;
    }
  }

  private final List<Apply> members = new ArrayList<>();
  private final List<Apply> readers = new ArrayList<>();
  private Key key;
  private int level;
  private int ops;

  RowGroup(Apply apply, Key key, int level) {
    this.key = key;
    this.level = level;
    add(apply);
  }

  private void add(Apply apply) {
    members.add(apply);
    ops += apply.op() instanceof Fused(var body) ? body.applies().size() : 1;
  }

  Key key() {
    return key;
  }

  int level() {
    return level;
  }

  List<Apply> members() {
    return members;
  }

  /// Nodes of other groups that need results of this one, and that have been placed.
  List<Apply> readers() {
    return readers;
  }

  /// Whether a loop saves a pass over memory against the nodes by themselves.
  boolean isWorthwhile() {
    long reductions = members.stream().filter(member -> member.op() instanceof Reduce).count();
    boolean computes =
        members.stream()
            .anyMatch(member -> !(member.op() instanceof Reduce) && key.isWhole(RowGroups.loopValue(member)));
    return reductions > 1 || (reductions == 1 && computes);
  }

  /// Whether this group and some others, with one more node, are small enough for one loop.
  boolean fits(Collection<RowGroup> others) {
    return others.stream().filter(other -> other != this).mapToInt(other -> other.ops).sum() + ops
        < FuseElementwise.MOST_OPS;
  }

  boolean mayHaveMoreReaders() {
    return readers.size() < MOST_READERS;
  }

  /// Takes a node in, and other groups.
  void join(Apply apply, Collection<RowGroup> others, Key newKey, int newLevel) {
    for (RowGroup other : others) {
      if (other != this) {
        members.addAll(other.members);
        readers.addAll(other.readers);
        ops += other.ops;
      }
    }
    add(apply);
    key = newKey;
    level = newLevel;
  }
}
