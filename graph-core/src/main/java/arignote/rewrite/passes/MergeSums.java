package arignote.rewrite.passes;

import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Result;
import arignote.ir.Substitution;
import arignote.ir.Variable;
import arignote.ir.op.Reduce;
import arignote.ir.op.ReduceFn;
import arignote.ir.op.Slice;
import arignote.rewrite.InnerGraphs;
import arignote.rewrite.Pass;
import arignote.rewrite.scan.Estimate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Makes one sum of the sums of several slices of a tensor: what the gradients of the biases of
/// several gates are.
///
/// ```
/// %0 = slice(%x) {axis=1, start=0, size=4} : f32[B,4]     %0 = sum(%x) {axes=[0]} : f32[8]
/// %1 = sum(%0) {axes=[0]} : f32[4]                        %1 = slice(%0) {start=0, size=4}
/// %2 = slice(%x) {axis=1, start=4, size=4} : f32[B,4]  => %2 = slice(%0) {start=4, size=4}
/// %3 = sum(%2) {axes=[0]} : f32[4]
/// ```
///
/// The slices must be all of the tensor, or nearly: what no slice has would be summed for nothing.
public final class MergeSums implements Pass {
  private record Kind(Variable whole, int sliced, List<Integer> axes) {}

  @Override
  public String name() {
    return "merge-sums";
  }

  @Override
  public Graph apply(Graph graph) {
    return merge(InnerGraphs.rewrite(graph, MergeSums::merge));
  }

  private static Graph merge(Graph graph) {
    Map<Kind, List<Apply>> groups = new LinkedHashMap<>();
    for (Apply apply : graph.applies()) {
      if (apply.op() instanceof Reduce(ReduceFn fn, List<Integer> axes)
          && fn == ReduceFn.SUM
          && apply.operand(0) instanceof Result slice
          && slice.apply().op() instanceof Slice(int sliced, _, _, long step)
          && step == 1
          && !axes.contains(sliced)) {
        Kind kind = new Kind(slice.apply().operand(0), sliced, axes);
        groups.computeIfAbsent(kind, _ -> new ArrayList<>()).add(apply);
      }
    }
    Map<Apply, Kind> kinds = new HashMap<>();
    groups.forEach((kind, sums) -> {
      if (sums.size() > 1 && isNearlyAll(kind, sums)) {
        sums.forEach(sum -> kinds.put(sum, kind));
      }
    });
    if (kinds.isEmpty()) {
      return graph;
    }
    Map<Kind, Variable> merged = new HashMap<>();
    Substitution substitution = new Substitution();
    for (Apply apply : graph.applies()) {
      Kind kind = kinds.get(apply);
      if (kind == null) {
        substitution.rebuild(apply);
        continue;
      }
      Variable sum =
          merged.computeIfAbsent(kind, _ -> sum(substitution.get(kind.whole()), kind, apply));
      Slice slice = slice(apply);
      int summedBefore = (int) kind.axes().stream().filter(axis -> axis < kind.sliced()).count();
      Slice part = new Slice(kind.sliced() - summedBefore, slice.start(), slice.size(), 1);
      substitution.put(apply.result(), Apply.of(part, List.of(sum), apply.site()).result());
    }
    return substitution.apply(graph);
  }

  /// The sum of all of a tensor along the axes; if the tensor is a sum itself, along both at once.
  private static Variable sum(Variable whole, Kind kind, Apply like) {
    if (!(whole instanceof Result result)
        || !(result.apply().op() instanceof Reduce(ReduceFn fn, List<Integer> inner))
        || fn != ReduceFn.SUM) {
      return Apply.of(like.op(), List.of(whole), like.site()).result();
    }
    Variable operand = result.apply().operand(0);
    List<Integer> kept =
        IntStream.range(0, operand.type().rank())
            .boxed()
            .filter(axis -> !inner.contains(axis))
            .toList();
    List<Integer> axes = new ArrayList<>(inner);
    kind.axes().forEach(axis -> axes.add(kept.get(axis)));
    return Apply.of(new Reduce(fn, axes), List.of(operand), like.site()).result();
  }

  private static boolean isNearlyAll(Kind kind, List<Apply> sums) {
    long covered = 0;
    for (Slice slice : sums.stream().map(MergeSums::slice).distinct().toList()) {
      covered += Estimate.length(slice.size());
    }
    Dim all = kind.whole().type().dim(kind.sliced());
    return 4 * covered >= 3 * Estimate.length(all);
  }

  private static Slice slice(Apply sum) {
    return (Slice) ((Result) sum.operand(0)).apply().op();
  }
}
