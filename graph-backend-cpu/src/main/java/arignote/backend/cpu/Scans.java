package arignote.backend.cpu;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Scan;
import arignote.plan.InPlace;
import arignote.plan.Layout;
import arignote.plan.ScanSteps;
import arignote.plan.Schedule;
import arignote.plan.Slot;
import arignote.plan.View;
import arignote.plan.Wiring;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// Prepares scans: the body becomes a block of its own, run once for each step.
///
/// An element of a sequence is a view that moves on, whatever its strides; what is captured is the
/// outer value itself. What the body stacks is written to its row directly. A carry has one of four
/// forms, the first that fits:
///
/// - unchanged: the initial value;
/// - stacked as well, before or after the step: the next step reads the row that this one wrote;
/// - updated in place: the node that computes the next value is the last to read this one, element
///   by element or to add a product to it;
/// - else two places that take turns.
final class Scans {
  private final Block block;
  private final Scan scan;
  private final Apply apply;
  private final int position;

  /// The carries whose values are all stacked, see [StackedPlaces].
  private final Set<Integer> histories;

  /// The rows that this loop is about; empty if it is about all.
  private final Optional<RowPart> part;

  private final long steps;
  private final Graph body;
  private final Wiring wiring;
  private final List<Slot> stepping = new ArrayList<>();

  /// The slots that follow the rows of tensors that sequences are in.
  private final Map<Moving, Slot> moving = new LinkedHashMap<>();

  private final List<ScanSteps.Row> rows = new ArrayList<>();
  private final List<ScanSteps.Carry> carries = new ArrayList<>();
  private final List<Slot> used = new ArrayList<>();

  /// Where what is stacked lies.
  private final List<View> stacks = new ArrayList<>();

  /// What moves on by some bytes a step from the start of a slot.
  private record Moving(Slot slot, long stride) {
    static Moving of(View rows) {
      return new Moving(rows.slot(), rows.strides()[0]);
    }
  }

  private Scans(
      Block block,
      Scan scan,
      Apply apply,
      int position,
      Set<Integer> histories,
      Optional<RowPart> part) {
    this.block = block;
    this.scan = scan;
    this.apply = apply;
    this.position = position;
    this.histories = histories;
    this.part = part;
    this.steps = block.shape(apply, TensorType.of(DType.BOOL, scan.steps()))[0];
    this.body = scan.body();
    this.wiring = new Wiring(new Schedule(body));
  }

  static void lower(Block block, Scan scan, Apply apply, int position) {
    Set<Integer> histories = StackedPlaces.decide(block, scan, apply, position);
    List<RowPart> parts = RowPart.of(block, scan, apply);
    if (parts.size() < 2) {
      Scans whole = new Scans(block, scan, apply, position, histories, Optional.empty());
      if (whole.steps == 0) {
        whole.skip();
      } else {
        block.emit(whole.prepare().get(), new Slot[0]);
      }
      return;
    }
    List<Supplier<ScanLoop>> prepared = new ArrayList<>();
    block.preparation().setParts(parts.size());
    for (RowPart part : parts) {
      block.preparation().leaveGap();
      prepared.add(
          new Scans(block, part.scan(), apply, position, histories, Optional.of(part)).prepare());
    }
    block.preparation().setParts(1);
    List<ScanLoop> loops = prepared.stream().map(Supplier::get).toList();
    block.emit(new Parallel(loops, block.tools().workers()), new Slot[0]);
  }

  /// The results of no steps.
  private void skip() {
    for (int i = 0; i < scan.carries(); i++) {
      View initial = operand(scan.sequences() + i);
      View result = result(i);
      block.copy(initial, result);
    }
    for (int i = scan.carries(); i < apply.results().size(); i++) {
      result(i);
    }
  }

  private View operand(int index) {
    return part.map(rows -> rows.operands().get(index))
        .orElseGet(() -> block.view(apply.operand(index)));
  }

  private View result(int index) {
    return part.map(rows -> rows.results().get(index))
        .orElseGet(() -> block.result(apply, apply.results().get(index)));
  }

  /// Prepares the body and what comes before the loop; the loop itself is made when the next
  /// instruction is to run it.
  private Supplier<ScanLoop> prepare() {
    sequences();
    capture();
    stack();
    for (int i = 0; i < scan.carries(); i++) {
      carry(i);
    }
    Block inner = block.step(wiring, stepping);
    inner.lower();
    inner.copyOutputs(wiring);
    return () -> loop(inner);
  }

  private Slot steppingSlot(long bytes) {
    Slot slot = block.preparation().slots().make(Slot.Kind.STEPPING, bytes);
    stepping.add(slot);
    return slot;
  }

  /// A slot that follows the rows of a tensor; its element lies at the slot's start.
  private void row(Slot slot, View tensor) {
    rows.add(new ScanSteps.Row(slot, tensor.slot(), tensor.offset(), tensor.strides()[0]));
    used.add(tensor.slot());
  }

  /// A result as a slot: that of some rows starts inside another.
  private View settled(View view) {
    used.add(view.slot());
    if (part.isEmpty()) {
      return view;
    }
    Slot slot = steppingSlot(view.bytes());
    rows.add(new ScanSteps.Row(slot, view.slot(), view.offset(), 0));
    return View.dense(slot, view.dtype(), view.layout().shape());
  }

  private void sequences() {
    for (int i = 0; i < scan.sequences(); i++) {
      View sequence = operand(i);
      Slot slot = moving.computeIfAbsent(Moving.of(sequence), this::follow);
      wiring.give(
          body.inputs().get(i), new View(slot, sequence.layout().element(0), sequence.dtype()));
    }
  }

  /// A slot that follows a tensor from the start of its memory on: all sequences in it share one,
  /// so that whoever compares slots sees what lies in the same memory.
  private Slot follow(Moving tensor) {
    Slot slot = steppingSlot(Long.MAX_VALUE);
    rows.add(new ScanSteps.Row(slot, tensor.slot, 0, tensor.stride));
    used.add(tensor.slot);
    return slot;
  }

  private void capture() {
    for (int i = scan.sequences() + scan.carries(); i < body.inputs().size(); i++) {
      wiring.give(body.inputs().get(i), operand(i));
    }
  }

  private void stack() {
    for (int i = 0; i < scan.stackedOutputs().size(); i++) {
      Variable output = scan.stackedOutputs().get(i);
      View stacked = result(scan.carries() + i);
      stacks.add(stacked);
      if (!histories.contains(scan.carryInputs().indexOf(output))) {
        stack(output, stacked);
      }
    }
    histories.forEach(this::history);
  }

  private void stack(Variable output, View stacked) {
    Layout element = stacked.layout().element(0);
    Slot followed = moving.get(Moving.of(stacked));
    if (followed != null) {
      wiring.place(output, new View(followed, element, stacked.dtype()));
      return;
    }
    Slot slot = steppingSlot(stacked.bytes() / steps);
    row(slot, stacked);
    wiring.place(output, View.dense(slot, stacked.dtype(), element.shape()));
  }

  /// Has each step write a carry where the next one finds it.
  private void history(int carry) {
    int stacked = scan.stackedOutputs().indexOf(scan.carryInputs().get(carry));
    View before = result(scan.carries() + stacked);
    View initial = operand(scan.sequences() + carry);
    View first = before.with(before.layout().element(scan.reverse() ? steps - 1 : 0));
    block.copy(initial, first);
    Variable next = scan.nextCarries().get(carry);
    if (wiring.placed(next).isEmpty()) {
      stack(next, StackedPlaces.after(before, scan.reverse()));
    }
  }

  private void carry(int index) {
    Input in = scan.carryInputs().get(index);
    Variable next = scan.nextCarries().get(index);
    Result result = apply.results().get(index);
    View initial = block.dense(operand(scan.sequences() + index));
    if (next == in) {
      wiring.give(in, initial);
      if (part.isPresent() || block.placed(result).isPresent()) {
        View last = result(index);
        block.copy(initial, last);
      } else {
        block.pin(initial.slot());
        block.put(result, initial);
      }
      return;
    }
    if (wiring.isPlaceable(next) && isUpdatedInPlace(in, next)) {
      View view =
          mayTakeInitial(index, initial) ? takeInitial(result, initial) : copied(index, initial);
      wiring.give(in, view);
      wiring.place(next, view);
      return;
    }
    View last = settled(result(index));
    Slot inSlot = steppingSlot(last.bytes());
    wiring.give(in, View.dense(inSlot, last.dtype(), last.layout().shape()));
    Optional<Slot> stackedSlot =
        wiring
            .placed(next)
            .map(View::slot)
            .filter(slot -> rows.stream().anyMatch(row -> row.slot() == slot));
    boolean isStacked = stackedSlot.isPresent();
    Slot out = stackedSlot.orElseGet(() -> steppingSlot(last.bytes()));
    if (!isStacked) {
      wiring.place(next, View.dense(out, last.dtype(), last.layout().shape()));
    }
    Slot other = isStacked || steps == 1 ? last.slot() : block.allocate(last.bytes());
    carries.add(
        new ScanSteps.Carry(inSlot, out, isStacked, initial, last.slot(), other, last.bytes()));
    used.add(initial.slot());
    if (other != last.slot()) {
      used.add(other);
    }
  }

  /// Whether the node that computes the next value of a carry can write it over the present one.
  private boolean isUpdatedInPlace(Input in, Variable next) {
    Apply writer = ((Result) next).apply();
    return wiring.schedule().lastUse(in) == wiring.schedule().order().indexOf(writer)
        && InPlace.mayWriteOver(in, (Result) next, wiring.schedule());
  }

  /// Whether a carry that is updated in place can lie where its initial value does, because nothing
  /// else needs that.
  private boolean mayTakeInitial(int index, View initial) {
    Variable variable = apply.operand(scan.sequences() + index);
    return part.isEmpty()
        && block.placed(apply.results().get(index)).isEmpty()
        && block.view(variable) == initial
        && block.mayOverwrite(variable, position)
        && apply.operands().stream()
                .filter(operand -> block.view(operand).slot() == initial.slot())
                .count()
            == 1;
  }

  private View takeInitial(Result result, View initial) {
    block.overwrite(result, initial);
    return initial;
  }

  /// Memory for a carry that is updated in place, with a copy of the initial value in it.
  private View copied(int index, View initial) {
    View view = result(index);
    block.copy(initial, view);
    return settled(view);
  }

  /// The loop, all that it needs being noted for the next instruction.
  private ScanLoop loop(Block inner) {
    block.enclose(List.of(inner));
    used.forEach(block::touch);
    return new ScanLoop(
        inner.plan().instructions(), new ScanSteps(steps, scan.reverse(), rows, carries), idle());
  }

  /// The steps that need not run. Where an element says which, carries must not be read from rows
  /// that such a step would have written.
  private Optional<ScanLoop.Idle> idle() {
    return IdleSteps.of(scan)
        .filter(idle -> idle.lasting() || histories.isEmpty())
        .filter(_ -> stacks.stream().allMatch(view -> view.layout().element(0).isDense()))
        .map(idle -> new ScanLoop.Idle(wiring.given(idle.predicate()), idle.lasting(), stacks));
  }
}
