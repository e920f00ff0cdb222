package arignote.backend.cuda;

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
import arignote.plan.ScanSteps;
import arignote.plan.Schedule;
import arignote.plan.Slot;
import arignote.plan.View;
import arignote.plan.Wiring;
import arignote.tensor.DType;
import java.util.ArrayList;
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
  private final Wiring wiring;
  private final List<ScanSteps.Row> rows = new ArrayList<>();
  private final List<ScanSteps.Carry> carries = new ArrayList<>();
  private final List<ScanSteps.Row> stacks = new ArrayList<>();
  private final List<Slot> used = new ArrayList<>();

  private Scans(Block block, Scan scan, Apply apply) {
    this.block = block;
    this.scan = scan;
    this.apply = apply;
    this.steps = block.shape(apply, TensorType.of(DType.BOOL, scan.steps()))[0];
    this.body = scan.body();
    this.wiring = new Wiring(new Schedule(body));
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
      block.copy(operand(scan.sequences() + i), result(i));
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
      wiring.give(body.inputs().get(i), operand(i));
    }
    stack();
    for (int i = 0; i < scan.carries(); i++) {
      carry(i, position);
    }
    Block inner = block.inner(Block.Role.IN_LOOP, block.skip(), wiring);
    inner.lower();
    inner.copyOutputs(wiring);
    ScanSteps all = new ScanSteps(steps, scan.reverse(), rows, carries);
    ScanLoop loop = new ScanLoop(inner.plan().instructions(), all, stacks, flag(), "step by step");
    Instruction chosen = ScanForm.choose(block, inner, loop);
    block.enclose(List.of(inner));
    block.emit(chosen, used);
  }

  /// The carry that says that no more steps need be run, if the host may look at it.
  private Optional<View> flag() {
    if (block.role() != Block.Role.BY_HOST || steps <= ScanLoop.CHUNK) {
      return Optional.empty();
    }
    OptionalInt carry = Until.flag(scan);
    return carry.isPresent()
        ? Optional.of(wiring.given(scan.carryInputs().get(carry.getAsInt())))
        : Optional.empty();
  }

  private Slot steppingSlot(long bytes, long alignment) {
    return block.preparation().slots().make(Slot.Kind.STEPPING, bytes, alignment);
  }

  /// A slot that follows the rows of a tensor.
  private ScanSteps.Row row(View tensor, long bytes) {
    long stride = tensor.layout().stride(0) * tensor.dtype().bytes();
    long bits = tensor.offset() | stride | tensor.slot().alignment();
    Slot slot = steppingSlot(bytes, Long.lowestOneBit(bits));
    ScanSteps.Row row = new ScanSteps.Row(slot, tensor.slot(), tensor.offset(), stride);
    rows.add(row);
    used.add(tensor.slot());
    return row;
  }

  private void sequences() {
    for (int i = 0; i < scan.sequences(); i++) {
      View sequence = operand(i);
      Layout element = sequence.layout().element(0);
      Slot slot = row(sequence, Long.MAX_VALUE).slot();
      wiring.give(
          body.inputs().get(i),
          new View(slot, Layout.of(0, element.shape(), element.strides()), sequence.dtype()));
    }
  }

  private void stack() {
    for (int i = 0; i < scan.stackedOutputs().size(); i++) {
      View stacked = result(scan.carries() + i);
      ScanSteps.Row row = row(stacked, stacked.bytes() / steps);
      stacks.add(row);
      long[] shape = stacked.layout().element(0).shape();
      wiring.place(scan.stackedOutputs().get(i), View.dense(row.slot(), stacked.dtype(), shape));
    }
  }

  private void carry(int index, int position) {
    Input in = scan.carryInputs().get(index);
    Variable next = scan.nextCarries().get(index);
    Result result = apply.results().get(index);
    View initial = block.dense(operand(scan.sequences() + index));
    if (next == in) {
      unchanged(in, result, initial);
    } else if (wiring.isPlaceable(next) && isUpdatedInPlace(in, next)) {
      View view = mayTakeInitial(index, initial, position) ? initial : copied(index, initial);
      block.put(result, view);
      used.add(view.slot());
      wiring.give(in, view);
      wiring.place(next, view);
    } else {
      inTurns(in, next, initial, result(index));
    }
  }

  private void unchanged(Input in, Result result, View initial) {
    wiring.give(in, initial);
    if (block.placed(result).isPresent()) {
      block.copy(initial, block.result(apply, result));
    } else {
      block.pin(initial.slot());
      block.put(result, initial);
    }
  }

  private void inTurns(Input in, Variable next, View initial, View last) {
    Slot inSlot = steppingSlot(last.bytes(), alignment(last, initial, next));
    wiring.give(in, View.dense(inSlot, last.dtype(), last.layout().shape()));
    Optional<Slot> stacked =
        wiring
            .placed(next)
            .map(View::slot)
            .filter(slot -> rows.stream().anyMatch(row -> row.slot() == slot));
    Slot out =
        stacked.orElseGet(() -> {
          Slot made = steppingSlot(last.bytes(), BufferPlan.ALIGNMENT);
          wiring.place(next, View.dense(made, last.dtype(), last.layout().shape()));
          return made;
        });
    Slot other = stacked.isPresent() || steps == 1 ? last.slot() : block.allocate(last.bytes());
    carries.add(
        new ScanSteps.Carry(
            inSlot, out, stacked.isPresent(), initial, last.slot(), other, last.bytes()));
    used.addAll(List.of(initial.slot(), last.slot(), other));
  }

  /// What all places of a carry are multiples of: its initial value, its result, its rows.
  private long alignment(View last, View initial, Variable next) {
    long row = wiring.placed(next).map(view -> view.slot().alignment()).orElse(0L);
    return Long.lowestOneBit(
        BufferPlan.ALIGNMENT
            | initial.offset()
            | initial.slot().alignment()
            | last.slot().alignment()
            | row);
  }

  /// Whether the node that computes the next value of a carry can write it over the present one.
  private boolean isUpdatedInPlace(Input in, Variable next) {
    Apply writer = ((Result) next).apply();
    return wiring.schedule().lastUse(in) == wiring.schedule().order().indexOf(writer)
        && InPlace.mayWriteOver(in, (Result) next, wiring.schedule());
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
    block.copy(initial, view);
    return view;
  }
}
