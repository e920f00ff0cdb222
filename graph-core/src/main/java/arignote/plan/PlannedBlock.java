package arignote.plan;

import arignote.ir.Apply;
import arignote.ir.Result;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A straight list of instructions under construction: that of the program, or of the body of a
/// scan or a branch of a conditional, which is a block inside the block of that node. A backend
/// says what its instructions are and how it copies.
///
/// @param <I> what an instruction is
/// @param <B> the backend's blocks
public interface PlannedBlock<I, B extends PlannedBlock<I, B>> {
  /// What has been decided about this block.
  BlockPlan<I> plan();

  /// Adds a copy of elements to another layout of as many.
  void copy(View from, View to);

  default Schedule schedule() {
    return plan().schedule();
  }

  default Lengths lengths() {
    return plan().lengths();
  }

  default long[] shape(Apply apply, TensorType type) {
    return plan().lengths().shape(apply, type);
  }

  /// Where a value lies.
  default View view(Variable variable) {
    return plan().view(variable);
  }

  /// Says where a value lies.
  default void put(Variable variable, View view) {
    plan().put(variable, view);
  }

  /// Says where a value lies that is written over what was there.
  default void overwrite(Variable result, View view) {
    put(result, view);
  }

  /// Where a result must be written, if that is decided.
  default Optional<View> placed(Variable variable) {
    return plan().placed(variable);
  }

  /// Decides where a result must be written.
  default void place(Variable variable, View view) {
    plan().place(variable, view);
  }

  /// New memory of this block.
  default Slot allocate(long bytes) {
    return plan().allocate(bytes);
  }

  /// Memory for a result: where it must be, or new and dense.
  default View result(Apply apply, Result result) {
    return plan().result(apply, result);
  }

  /// Notes that the next instruction needs a slot.
  default void touch(Slot slot) {
    plan().touch(slot);
  }

  /// Forbids that a kernel overwrites a slot in place.
  default void pin(Slot slot) {
    plan().pin(slot);
  }

  /// Whether a slot lies in this block's memory.
  default boolean owns(Slot slot) {
    return plan().owns(slot);
  }

  /// Whether a node may write its result over an operand: the operand is all of a slot of this
  /// block, and nothing needs it later.
  default boolean mayOverwrite(Variable operand, int position) {
    return plan().mayOverwrite(operand, position);
  }

  /// The value row by row: where it lies if that is dense, else a copy.
  default View dense(View view) {
    return view.layout().isDense() ? view : copy(view);
  }

  /// A dense copy.
  default View copy(View view) {
    View copy = View.dense(allocate(view.bytes()), view.dtype(), view.layout().shape());
    copy(view, copy);
    return copy;
  }

  /// Prepares a transpose, broadcast, slice or reshape: what moves no elements.
  default void move(Apply apply) {
    View x = view(apply.operand(0));
    View moved =
        ViewLayouts.of(apply, x.layout(), lengths())
            .map(x::with)
            .orElseGet(() -> {
              View copy = copy(x);
              return copy.with(ViewLayouts.of(apply, copy.layout(), lengths()).orElseThrow());
            });
    put(apply.result(), moved);
  }

  /// Where an elementwise node writes all of a result: over an operand that nothing needs any more,
  /// or where the result must be, or to new memory.
  ///
  /// @param taken what its other results are written to
  default View resultOverOperand(Apply apply, Result result, int position, Set<Slot> taken) {
    if (placed(result).isEmpty()) {
      Layout dense = Layout.dense(shape(apply, result.type()));
      for (Variable operand : apply.operands()) {
        View view = view(operand);
        if (!taken.contains(view.slot())
            && view.layout().samePositions(dense)
            && view.dtype().bytes() == result.type().dtype().bytes()
            && mayOverwrite(operand, position)
            && isReadInStep(apply, view)) {
          View output = new View(view.slot(), dense, result.type().dtype());
          overwrite(result, output);
          return output;
        }
      }
    }
    return result(apply, result);
  }

  /// Whether every operand in the memory of a view is read at the position that is written.
  private boolean isReadInStep(Apply apply, View written) {
    for (Variable operand : apply.operands()) {
      View view = view(operand);
      if (view.slot() == written.slot()
          && !(view.layout().samePositions(written.layout())
              && view.dtype().bytes() == written.dtype().bytes())) {
        return false;
      }
    }
    return true;
  }

  /// Where a node that changes some elements of its first operand does so: in place if the result
  /// must be there, or nothing needs the operand later, else in a copy. What is read while elements
  /// change lies elsewhere.
  ///
  /// @param x where the first operand lies
  /// @param others where the node reads its other operands
  default View changed(Apply apply, View x, List<View> others, int position) {
    Result result = apply.result();
    boolean inPlace =
        placed(result).map(x::isSameAs).orElseGet(() -> mayOverwrite(apply.operand(0), position))
            && others.stream().noneMatch(other -> other.slot() == x.slot());
    if (inPlace) {
      overwrite(result, x);
      return x;
    }
    View to = result(apply, result);
    copy(x, to);
    return to;
  }

  /// Copies what no node could write where it belongs.
  default void copyOutputs(Wiring wiring) {
    wiring.copies().forEach(output -> copy(view(output.from()), output.to()));
  }

  /// Has the next instruction run inner blocks, one of them at a time.
  default void enclose(List<B> inner) {
    List<BufferPlan> buffers = inner.stream().map(block -> block.plan().buffers()).toList();
    Slot region = allocate(buffers.stream().mapToLong(BufferPlan::bytes).max().orElse(0));
    touch(region);
    for (int i = 0; i < inner.size(); i++) {
      inner.get(i).plan().placeIn(region, buffers.get(i));
      inner.get(i).plan().outside().forEach(this::touch);
    }
  }

  /// Writes the new values of shared variables that are not written in place, once all of them are
  /// computed.
  ///
  /// @param variables the shared variables, each with its new value at the same index
  default void update(List<? extends Variable> variables, List<Variable> newValues) {
    List<View> targets = variables.stream().map(this::view).toList();
    List<View> values = new ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      View value = view(newValues.get(i));
      Slot own = targets.get(i).slot();
      boolean isOther =
          value.slot() != own && targets.stream().anyMatch(target -> target.slot() == value.slot());
      // The value of another shared variable may be overwritten before it is copied.
      values.add(isOther ? copy(value) : value);
    }
    for (int i = 0; i < targets.size(); i++) {
      View from = values.get(i);
      View to = targets.get(i);
      if (!from.isSameAs(to)) {
        copy(from.slot() == to.slot() ? copy(from) : from, to);
      }
    }
  }
}
