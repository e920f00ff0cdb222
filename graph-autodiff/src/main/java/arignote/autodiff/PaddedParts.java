package arignote.autodiff;

import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Concat;
import arignote.ir.op.Pad;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Sums of tensors that are zero but for one stretch of an axis each. Where the stretches lie one
/// behind the other the sum is a concatenation:
///
/// ```
/// pad(a) {start=0, size=5} + pad(b) {start=2, size=5}
///   => concat(a, b, fill(0))                                     a of length 2, b of length 2
/// ```
final class PaddedParts {
  private PaddedParts() {}

  /// A node that pads, seen as a stretch of an axis.
  private record Stretch(Apply apply, Pad pad) {
    Dim start() {
      return pad.start();
    }

    Dim end() {
      return start().plus(content().type().dim(pad.axis()));
    }

    Variable content() {
      return apply.operand(0);
    }

    Optional<Long> knownStart() {
      return start().constant().stream().boxed().findFirst();
    }

    boolean isKnown() {
      return start().constant().isPresent() && end().constant().isPresent();
    }
  }

  /// As few tensors as stretches that do not overlap allow, whose sum is that of all `pads`.
  ///
  /// @param pads nodes with the op [Pad] of step 1 and results of one type
  static List<Variable> join(List<Apply> pads) {
    Map<Integer, List<Stretch>> byAxis = new LinkedHashMap<>();
    for (Apply apply : pads) {
      Pad pad = (Pad) apply.op();
      byAxis.computeIfAbsent(pad.axis(), _ -> new ArrayList<>()).add(new Stretch(apply, pad));
    }
    List<Variable> joined = new ArrayList<>();
    for (List<Stretch> stretches : byAxis.values()) {
      while (!stretches.isEmpty()) {
        List<Stretch> row =
            stretches.stream().allMatch(Stretch::isKnown) ? knownRow(stretches) : row(stretches);
        stretches.removeAll(row);
        joined.add(concat(row));
      }
    }
    return joined;
  }

  /// Stretches of known places that do not overlap, from left to right.
  private static List<Stretch> knownRow(List<Stretch> stretches) {
    List<Stretch> sorted = new ArrayList<>(stretches);
    sorted.sort(Comparator.comparing(stretch -> stretch.knownStart().orElseThrow()));
    List<Stretch> row = new ArrayList<>();
    long end = 0;
    for (Stretch stretch : sorted) {
      if (stretch.knownStart().orElseThrow() >= end) {
        row.add(stretch);
        end = stretch.end().constant().orElseThrow();
      }
    }
    return row;
  }

  /// Stretches of which each starts where the one before it ends, whatever the symbols are.
  private static List<Stretch> row(List<Stretch> stretches) {
    Map<Dim, Stretch> byStart = new LinkedHashMap<>();
    stretches.forEach(stretch -> byStart.putIfAbsent(stretch.start(), stretch));
    List<Dim> ends = stretches.stream().map(Stretch::end).toList();
    Stretch first =
        stretches.stream()
            .filter(stretch -> !ends.contains(stretch.start()))
            .findFirst()
            .orElse(stretches.getFirst());
    byStart.values().remove(first);
    List<Stretch> row = new ArrayList<>(List.of(first));
    for (Stretch next = byStart.remove(first.end());
        next != null;
        next = byStart.remove(next.end())) {
      row.add(next);
    }
    return row;
  }

  private static Variable concat(List<Stretch> row) {
    Apply first = row.getFirst().apply();
    if (row.size() == 1) {
      return first.result();
    }
    return first
        .site()
        .during(() -> {
          TensorType type = first.result().type();
          int axis = row.getFirst().pad().axis();
          List<Variable> parts = new ArrayList<>();
          Dim end = Dim.of(0);
          for (Stretch stretch : row) {
            addGap(parts, type, axis, stretch.start().minus(end));
            parts.add(stretch.content());
            end = stretch.end();
          }
          addGap(parts, type, axis, type.dim(axis).minus(end));
          return Apply.of(new Concat(axis), parts).result();
        });
  }

  private static void addGap(List<Variable> parts, TensorType type, int axis, Dim length) {
    if (!length.is(0)) {
      parts.add(Ops.zeros(type.withDim(axis, length)));
    }
  }
}
