package arignote.rewrite.scan;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Dim;
import arignote.ir.Input;
import arignote.ir.Substitution;
import arignote.ir.Variable;
import arignote.ir.op.Concat;
import arignote.ir.op.Scan;
import arignote.ir.op.Slice;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One scan, pruned as [PruneScans] says.
final class PrunedScan {
  private final Apply apply;
  private final Scan scan;
  private final ScanDraft draft;
  private final Substitution inside = new Substitution();
  private boolean changed;

  /// What the carries that go are after the loop: a value from outside, or another carry.
  private final Map<Input, Variable> unchanging = new HashMap<>();

  private final Map<Input, Input> equal = new HashMap<>();

  /// For each stacked value that goes the concatenation that has it, and where it starts there.
  private final Map<Variable, Part> parts = new HashMap<>();

  private record Part(Apply whole, int axis, Dim start) {}

  PrunedScan(Apply apply, Scan scan, NeededParts needed) {
    this.apply = apply;
    this.scan = scan;
    this.draft = new ScanDraft(apply, scan);
    changed =
        !needed.inputs().containsAll(scan.body().inputs())
            || scan.stackedOutputs().size() > needed.stacked().size();
    for (Input before : scan.carryInputs()) {
      if (!needed.inputs().contains(before)) {
        draft.removeCarry(before);
      }
    }
    draft.stacked().retainAll(needed.stacked());
    captureUnchanging();
    mergeEqual();
    mergeFeeds();
    leavePartsOut();
    changed |= !unchanging.isEmpty() || !equal.isEmpty() || !parts.isEmpty();
  }

  private void captureUnchanging() {
    for (ScanDraft.Carry carry : draft.carries()) {
      if (carry.next() == carry.before()) {
        draft.removeCarry(carry.before());
        inside.put(carry.before(), draft.capture(carry.before().name(), carry.initial()));
        unchanging.put(carry.before(), carry.initial());
      }
    }
  }

  private void mergeEqual() {
    EqualCarries.in(draft)
        .forEach((before, same) -> {
          draft.removeCarry(before);
          inside.put(before, same);
          equal.put(before, same);
        });
  }

  private void mergeFeeds() {
    for (ScanDraft.Feed feed : draft.sequences()) {
      mergeFeed(feed, draft.sequence(feed.inside().name(), feed.outside()));
    }
    for (ScanDraft.Feed feed : draft.captured()) {
      boolean literal = feed.outside() instanceof Constant constant && constant.type().isScalar();
      mergeFeed(
          feed, literal ? feed.outside() : draft.capture(feed.inside().name(), feed.outside()));
    }
  }

  private void mergeFeed(ScanDraft.Feed feed, Variable first) {
    if (first != feed.inside()) {
      inside.put(feed.inside(), first);
      changed = true;
    }
  }

  private void leavePartsOut() {
    Set<Variable> known = new HashSet<>();
    for (Apply node : draft.applies()) {
      if (node.op() instanceof Concat(int axis) && draft.stacked().contains(node.result())) {
        Dim start = Dim.of(0);
        for (Variable part : node.operands()) {
          if (draft.stacked().contains(part) && known.add(part)) {
            parts.put(part, new Part(node, axis, start));
          }
          start = start.plus(part.type().dim(axis));
        }
      }
    }
    draft.stacked().removeAll(parts.keySet());
  }

  /// What takes the place of the scan's results, by their position; nothing if the scan is as small
  /// as it can be. What nobody reads has nothing in its place.
  Map<Integer, Variable> results() {
    if (!changed) {
      return Map.of();
    }
    ScanDraft.Built built = draft.build(inside);
    Map<Integer, Variable> results = new HashMap<>();
    List<Input> carries = scan.carryInputs();
    for (int i = 0; i < carries.size(); i++) {
      Input before = equal.getOrDefault(carries.get(i), carries.get(i));
      if (unchanging.containsKey(before)) {
        results.put(i, unchanging.get(before));
      } else if (built.lastByCarry().containsKey(before)) {
        results.put(i, built.last(before));
      }
    }
    for (int i = 0; i < scan.stackedOutputs().size(); i++) {
      Variable value = scan.stackedOutputs().get(i);
      if (built.historyByValue().containsKey(value)) {
        results.put(carries.size() + i, built.history(value));
      } else if (parts.containsKey(value)) {
        results.put(carries.size() + i, part(value, parts.get(value), built));
      }
    }
    return results;
  }

  /// A part of a stacked concatenation, which may be part of another one.
  private Variable part(Variable value, Part part, ScanDraft.Built built) {
    Variable whole = part.whole().result();
    Variable history =
        parts.containsKey(whole) ? part(whole, parts.get(whole), built) : built.history(whole);
    Dim size = value.type().dim(part.axis());
    return Apply.of(
            new Slice(part.axis() + 1, part.start(), size, 1), List.of(history), apply.site())
        .result();
  }
}
