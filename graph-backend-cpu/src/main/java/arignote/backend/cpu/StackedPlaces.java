package arignote.backend.cpu;

import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.Fused;
import arignote.ir.op.Scan;
import arignote.ir.op.Slice;
import arignote.plan.Layout;
import arignote.plan.LoopBody;
import arignote.plan.Schedule;
import arignote.plan.Slot;
import arignote.plan.View;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Finds stacked results of a scan that need no memory of their own, or share it: the less memory a
/// loop walks through, the more of it is in a cache.
///
/// - A carry that is stacked as the step finds it, and perhaps as the step leaves it too, has its
///   values in one tensor of one row more than there are steps: what a step writes to its row is
///   what the next one reads, and nothing is copied.
/// - What an elementwise node stacks lies where a sequence did, if the node is the last to read
///   that sequence's element, position by position, and nothing needs the sequence after the loop.
final class StackedPlaces {
  private final Block block;
  private final Scan scan;
  private final Apply apply;
  private final int position;
  private final Graph body;
  private final Schedule schedule;

  /// The layouts that loops write in slots of sequences.
  private final List<View> taken = new ArrayList<>();

  private StackedPlaces(Block block, Scan scan, Apply apply, int position) {
    this.block = block;
    this.scan = scan;
    this.apply = apply;
    this.position = position;
    this.body = scan.body();
    this.schedule = new Schedule(body);
  }

  /// Decides where such results are to be written, and returns the carries with such a tensor of
  /// all their values.
  static Set<Integer> decide(Block block, Scan scan, Apply apply, int position) {
    StackedPlaces places = new StackedPlaces(block, scan, apply, position);
    Set<Integer> histories = new LinkedHashSet<>();
    for (int carry = 0; carry < scan.carries(); carry++) {
      if (places.history(carry)) {
        histories.add(carry);
      }
    }
    for (int stacked = 0; stacked < scan.stackedOutputs().size(); stacked++) {
      places.overSequence(stacked);
    }
    return histories;
  }

  private Result result(int stacked) {
    return apply.results().get(scan.carries() + stacked);
  }

  private boolean history(int carry) {
    Variable next = scan.nextCarries().get(carry);
    int before = scan.stackedOutputs().indexOf(scan.carryInputs().get(carry));
    int after = scan.stackedOutputs().indexOf(next);
    boolean fits =
        before >= 0
            && Schedule.isWritten(next)
            && Collections.frequency(scan.nextCarries(), next) == 1
            && block.placed(result(before)).isEmpty()
            && (after < 0 || block.placed(result(after)).isEmpty());
    if (!fits) {
      return false;
    }
    long[] shape = block.shape(apply, result(before).type());
    long steps = shape[0];
    shape[0] = steps + 1;
    DType dtype = result(before).type().dtype();
    Slot slot = block.allocate(Layout.dense(shape).size() * dtype.bytes());
    View all = View.dense(slot, dtype, shape);
    int first = scan.reverse() ? 1 : 0;
    block.place(result(before), all.with(all.layout().slice(0, first, steps, 1)));
    if (after >= 0) {
      block.place(result(after), all.with(all.layout().slice(0, 1 - first, steps, 1)));
    }
    return true;
  }

  /// Where steps write a carry whose values they find in some rows placed here.
  static View after(View before, boolean reverse) {
    Layout rows = before.layout();
    long distance = reverse ? -rows.stride(0) : rows.stride(0);
    return before.with(Layout.of(rows.offset() + distance, rows.shape(), rows.strides()));
  }

  private void overSequence(int stacked) {
    if (!(scan.stackedOutputs().get(stacked) instanceof Result written)
        || !isElementwise(written.apply())
        || scan.nextCarries().contains(written)
        || Collections.frequency(scan.stackedOutputs(), written) > 1
        || block.placed(result(stacked)).isPresent()) {
      return;
    }
    Apply node = written.apply();
    List<LoopBody.Target> targets =
        block.tools().loop(node).body().targets().stream()
            .filter(target -> target.result() == node.results().indexOf(written))
            .toList();
    for (View candidate : candidates(node, result(stacked))) {
      List<View> parts = targets.stream().map(target -> part(target, candidate)).toList();
      if (mayWrite(node, parts)) {
        taken.addAll(parts);
        block.place(result(stacked), candidate);
        return;
      }
    }
  }

  private static boolean isElementwise(Apply node) {
    return LoopBody.isLoop(node.op()) && !(node.op() instanceof Fused fused && fused.reduces());
  }

  /// What a target of a node takes of the rows where its result is stacked.
  private View part(LoopBody.Target target, View stacked) {
    return switch (target) {
      case LoopBody.Whole _ -> stacked;
      case LoopBody.Part(_, _, int axis, Dim start, Dim size) ->
          stacked.with(
              stacked
                  .layout()
                  .slice(
                      axis + 1,
                      block.lengths().length(apply, start),
                      block.lengths().length(apply, size),
                      1));
      case LoopBody.OfRows _ -> throw new IllegalStateException("rows of an elementwise node");
    };
  }

  /// Where a result could lie: over what a node reads of sequences, or over all of the memory that
  /// a sequence is in.
  private List<View> candidates(Apply node, Result result) {
    List<View> candidates = new ArrayList<>();
    long[] shape = block.shape(apply, result.type());
    DType dtype = result.type().dtype();
    Set<Slot> slots = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Variable operand : node.operands()) {
      read(operand)
          .ifPresent(view -> {
            boolean same = view.dtype() == dtype && Arrays.equals(view.layout().shape(), shape);
            if (same && (view.layout().isDense() || isOnlyRead(result))) {
              candidates.add(view);
            }
            View whole = View.dense(view.slot(), dtype, shape);
            if (slots.add(view.slot()) && whole.bytes() == view.slot().bytes()) {
              candidates.add(whole);
            }
          });
    }
    return candidates;
  }

  /// Whether other scans read a result, element by element, and nothing else does: to them it does
  /// not matter whether rows follow each other without gaps.
  private boolean isOnlyRead(Result result) {
    for (Apply reader : block.schedule().order()) {
      for (int i = 0; i < reader.operands().size(); i++) {
        if (reader.operand(i) == result
            && !(reader.op() instanceof Scan other && i < other.sequences())) {
          return false;
        }
      }
    }
    return block.schedule().lastUse(result) < block.schedule().order().size();
  }

  /// What the steps read of a sequence, all of them together; empty if an operand of a node of the
  /// body is no sequence's element, nor a slice of one.
  private Optional<View> read(Variable operand) {
    if (operand instanceof Input input) {
      int index = body.inputs().indexOf(input);
      return index < scan.sequences()
          ? Optional.of(block.view(apply.operand(index)))
          : Optional.empty();
    }
    if (operand instanceof Result result
        && result.apply().op() instanceof Slice(int axis, Dim start, Dim size, long step)
        && result.apply().operand(0) instanceof Input) {
      return read(result.apply().operand(0))
          .map(view ->
              view.with(
                  view.layout()
                      .slice(
                          axis + 1,
                          block.lengths().length(apply, start),
                          block.lengths().length(apply, size),
                          step)));
    }
    return Optional.empty();
  }

  /// Whether a node may write these parts of a slot: nothing else reads what is in it, now or
  /// later, and the node reads each part at the position that it writes, or not at all.
  private boolean mayWrite(Apply node, List<View> parts) {
    Slot slot = parts.getFirst().slot();
    if (!block.plan().isFreeAfter(slot, position)) {
      return false;
    }
    int last = schedule.order().indexOf(node);
    List<View> rows = new ArrayList<>(parts);
    for (int i = 0; i < apply.operands().size(); i++) {
      View view = block.view(apply.operand(i));
      if (view.slot() == slot) {
        if (i >= scan.sequences() || !schedule.diesAt(body.inputs().get(i), last)) {
          return false;
        }
        rows.add(view);
      }
    }
    return stayApart(rows)
        && node.operands().stream().allMatch(operand -> mayWrite(node, parts, operand))
        && taken.stream()
            .filter(other -> other.slot() == slot)
            .allMatch(other ->
                parts.stream().allMatch(part -> part.layout().isApartFrom(other.layout())));
  }

  /// Whether views of one slot have elements of one size and different steps touch different parts
  /// of it.
  private static boolean stayApart(List<View> views) {
    long stride = views.getFirst().layout().stride(0);
    int bytes = views.getFirst().dtype().bytes();
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    for (View view : views) {
      if (view.layout().stride(0) != stride || view.dtype().bytes() != bytes) {
        return false;
      }
      Layout row = view.layout().element(0);
      first = Math.min(first, row.first());
      last = Math.max(last, row.last());
    }
    return last - first < Math.abs(stride);
  }

  /// Whether a node that writes some parts of a slot reads none of them as this operand, or each at
  /// the position that it writes.
  private boolean mayWrite(Apply node, List<View> parts, Variable operand) {
    int input = body.inputs().indexOf(schedule.storage(operand));
    if (input < 0 || block.view(apply.operand(input)).slot() != parts.getFirst().slot()) {
      return true;
    }
    boolean inStep = operand.type().shape().equals(LoopBody.loopType(node).shape());
    return read(operand)
        .map(View::layout)
        .filter(read ->
            parts.stream()
                .map(View::layout)
                .allMatch(part -> read.isApartFrom(part) || (inStep && read.samePositions(part))))
        .isPresent();
  }
}
