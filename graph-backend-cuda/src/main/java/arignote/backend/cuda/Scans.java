package arignote.backend.cuda;

import static java.util.Objects.requireNonNull;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Scan;
import arignote.plan.BufferPlan;
import arignote.plan.InPlace;
import arignote.plan.Layout;
import arignote.plan.Schedule;
import arignote.plan.Slot;
import arignote.plan.View;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Prepares scans: the body becomes a block of its own, put into the stream once for each step.
///
/// An element of a sequence is a view that moves on, whatever its strides; what is captured is the
/// outer value itself. What the body stacks is written to its row directly. A carry has one of four
/// forms, the first that fits:
///
/// - unchanged: the initial value;
/// - updated in place: the node that computes the next value is the last to read this one, element
///   by element or to add a product to it;
/// - stacked as well: the next step reads the row that this one wrote;
/// - else two places that take turns.
final class Scans {
  private final Block block;
  private final Scan scan;
  private final Apply apply;
  private final long steps;
  private final Graph body;
  private final Schedule schedule;
  private final IdentityHashMap<Variable, View> given = new IdentityHashMap<>();
  private final IdentityHashMap<Variable, Slot> placed = new IdentityHashMap<>();
  private final List<Slot> stepping = new ArrayList<>();
  private final List<ScanLoop.Row> rows = new ArrayList<>();
  private final List<ScanLoop.Carry> carries = new ArrayList<>();
  private final List<Slot> used = new ArrayList<>();

  /// Body outputs that no node of the body can write where they belong.
  private record Copy(Variable from, Slot to) {}

  private final List<Copy> copies = new ArrayList<>();

  private Scans(Block block, Scan scan, Apply apply) {
    this.block = block;
    this.scan = scan;
    this.apply = apply;
    this.steps = block.shape(apply, TensorType.of(DType.BOOL, scan.steps()))[0];
    this.body = scan.body();
    this.schedule = new Schedule(body);
  }

  static void lower(Block block, Scan scan, Apply apply, int position) {
    Scans scans = new Scans(block, scan, apply);
    if (scans.steps == 0) {
      scans.skip();
    } else {
      scans.loop(position);
    }
  }

  /// The results of no steps.
  private void skip() {
    for (int i = 0; i < scan.carries(); i++) {
      Loops.copy(block, operand(scan.sequences() + i), result(i));
    }
    for (int i = scan.carries(); i < apply.results().size(); i++) {
      result(i);
    }
  }

  private View operand(int index) {
    return block.view(apply.operand(index));
  }

  private View result(int index) {
    return block.result(apply, apply.results().get(index));
  }

  private void loop(int position) {
    sequences();
    for (int i = scan.sequences() + scan.carries(); i < body.inputs().size(); i++) {
      given.put(body.inputs().get(i), operand(i));
    }
    stack();
    for (int i = 0; i < scan.carries(); i++) {
      carry(i, position);
    }
    Block inner = block.inner(Block.Role.IN_LOOP, block.skip(), schedule, given, placed);
    inner.lower();
    for (Copy copy : copies) {
      View from = inner.view(copy.from);
      Loops.copy(inner, from, View.dense(copy.to, from.dtype(), from.layout().shape()));
    }
    emit(inner);
  }

  private void emit(Block inner) {
    ScanLoop loop =
        new ScanLoop(
            inner.instructions(), steps, scan.reverse(), rows, carries, flag(), "step by step");
    ScanForm form = ScanForm.of(block, inner.slots(), loop);
    BufferPlan plan = form.isPersistent() ? inner.planApart() : inner.plan();
    Slot region = block.allocate(plan.bytes());
    block.preparation().slots().place(inner.slots(), plan, region);
    used.add(region);
    for (Slot slot : inner.outside()) {
      if (!stepping.contains(slot)) {
        used.add(slot);
      }
    }
    form.counter().ifPresent(used::add);
    block.emit(form.instruction(), used);
  }

  /// The carry that says that no more steps need be run, if the host may look at it.
  private Optional<View> flag() {
    if (block.role() != Block.Role.BY_HOST || steps <= ScanLoop.CHUNK) {
      return Optional.empty();
    }
    OptionalInt carry = Until.flag(scan);
    return carry.isPresent()
        ? Optional.of(requireNonNull(given.get(scan.carryInputs().get(carry.getAsInt()))))
        : Optional.empty();
  }

  private Slot steppingSlot(long bytes, long alignment) {
    Slot slot = block.preparation().slots().make(Slot.Kind.STEPPING, bytes, alignment);
    stepping.add(slot);
    return slot;
  }

  /// A slot that follows the rows of a tensor.
  private Slot row(View tensor, long bytes, boolean written) {
    long stride = tensor.layout().stride(0) * tensor.dtype().bytes();
    long bits = tensor.offset() | stride | tensor.slot().alignment();
    Slot slot = steppingSlot(bytes, Long.lowestOneBit(bits));
    rows.add(new ScanLoop.Row(slot, tensor.slot(), tensor.offset(), stride, written));
    used.add(tensor.slot());
    return slot;
  }

  private void sequences() {
    for (int i = 0; i < scan.sequences(); i++) {
      View sequence = operand(i);
      Layout element = sequence.layout().element(0);
      Slot slot = row(sequence, Long.MAX_VALUE, false);
      given.put(
          body.inputs().get(i),
          new View(slot, Layout.of(0, element.shape(), element.strides()), sequence.dtype()));
    }
  }

  /// Whether a node of the body writes this value to memory of its own.
  private boolean isPlaceable(Variable variable) {
    return Schedule.isWritten(variable) && !placed.containsKey(variable);
  }

  private void stack() {
    for (int i = 0; i < scan.stackedOutputs().size(); i++) {
      View stacked = result(scan.carries() + i);
      place(scan.stackedOutputs().get(i), row(stacked, stacked.bytes() / steps, true));
    }
  }

  private void place(Variable value, Slot slot) {
    if (isPlaceable(value)) {
      placed.put(value, slot);
    } else {
      copies.add(new Copy(value, slot));
    }
  }

  private void carry(int index, int position) {
    Input in = scan.carryInputs().get(index);
    Variable next = scan.nextCarries().get(index);
    Result result = apply.results().get(index);
    View initial = block.dense(operand(scan.sequences() + index));
    if (next == in) {
      unchanged(in, result, initial);
    } else if (isPlaceable(next) && isUpdatedInPlace(in, next)) {
      View view = mayTakeInitial(index, initial, position) ? initial : copied(index, initial);
      block.put(result, view);
      used.add(view.slot());
      given.put(in, view);
      placed.put(next, view.slot());
    } else {
      inTurns(in, next, initial, result(index));
    }
  }

  private void unchanged(Input in, Result result, View initial) {
    given.put(in, initial);
    if (block.placed(result).isPresent()) {
      Loops.copy(block, initial, block.result(apply, result));
    } else {
      block.pin(initial.slot());
      block.put(result, initial);
    }
  }

  private void inTurns(Input in, Variable next, View initial, View last) {
    Slot inSlot = steppingSlot(last.bytes(), alignment(last, initial, next));
    given.put(in, View.dense(inSlot, last.dtype(), last.layout().shape()));
    Optional<Slot> stacked =
        Optional.ofNullable(placed.get(next))
            .filter(slot -> rows.stream().anyMatch(row -> row.slot() == slot));
    Slot out =
        stacked.orElseGet(() -> {
          Slot made = steppingSlot(last.bytes(), BufferPlan.ALIGNMENT);
          place(next, made);
          return made;
        });
    Slot other = stacked.isPresent() || steps == 1 ? last.slot() : block.allocate(last.bytes());
    carries.add(
        new ScanLoop.Carry(
            inSlot, out, stacked.isPresent(), initial, last.slot(), other, last.bytes()));
    used.addAll(List.of(initial.slot(), last.slot(), other));
  }

  /// What all places of a carry are multiples of: its initial value, its result, its rows.
  private long alignment(View last, View initial, Variable next) {
    Slot row = placed.get(next);
    return Long.lowestOneBit(
        BufferPlan.ALIGNMENT
            | initial.offset()
            | initial.slot().alignment()
            | last.slot().alignment()
            | (row == null ? 0 : row.alignment()));
  }

  /// Whether the node that computes the next value of a carry can write it over the present one.
  private boolean isUpdatedInPlace(Input in, Variable next) {
    Apply writer = ((Result) next).apply();
    return schedule.lastUse(in) == schedule.order().indexOf(writer)
        && InPlace.mayWriteOver(in, (Result) next, schedule);
  }

  /// Whether a carry that is updated in place can lie where its initial value does, because nothing
  /// else needs that.
  private boolean mayTakeInitial(int index, View initial, int position) {
    Variable variable = apply.operand(scan.sequences() + index);
    return block.placed(apply.results().get(index)).isEmpty()
        && block.view(variable) == initial
        && block.mayOverwrite(variable, position)
        && apply.operands().stream()
                .filter(operand -> block.view(operand).slot() == initial.slot())
                .count()
            == 1;
  }

  /// Memory for a carry that is updated in place, with a copy of the initial value in it.
  private View copied(int index, View initial) {
    View view = result(index);
    Loops.copy(block, initial, view);
    return view;
  }
}
