package arignote.rewrite.scan;

import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Result;
import arignote.ir.Substitution;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Cast;
import arignote.ir.op.Compare;
import arignote.ir.op.Fill;
import arignote.ir.op.Iota;
import arignote.ir.op.Reduce;
import arignote.ir.op.Scan;
import arignote.ir.op.Select;
import arignote.ir.op.Unary;
import arignote.rewrite.Pass;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Moves broadcasts, and what is made of nothing, from before a loop into it, where they fuse with
/// what reads them: the loop reads the small tensor.
///
/// ```
/// %0 = broadcast(@b) : f32[B,D]
/// %1 = scan {                                 %1 = scan {
///   with %b: f32[B,D] = %0                      with %b: f32[D] = @b
///   %2 = add(%h, %b) : f32[B,D]       =>        %2 = broadcast(%b) : f32[B,D]
///   ...                                         %3 = add(%h, %2) : f32[B,D]
/// }                                             ...
///                                             }
/// ```
///
/// A broadcast sequence becomes one of smaller elements, or, if its steps are all the same, a
/// captured value. Sums and products of broadcasts go with them.
public final class SinkBroadcasts implements Pass {
  @Override
  public String name() {
    return "sink-broadcasts";
  }

  /// A broadcast may go through several loops, so outer ones come first.
  @Override
  public Graph apply(Graph graph) {
    return Scans.rewriteOuterFirst(graph, SinkBroadcasts::sink);
  }

  private static List<? extends Variable> sink(Apply apply, Scan scan) {
    ScanDraft draft = new ScanDraft(apply, scan);
    Set<Variable> whole = readWhole(draft);
    Substitution inside = new Substitution();
    boolean changed = false;
    for (ScanDraft.Feed feed : draft.captured()) {
      if (feed.outside() instanceof Result result
          && Lifting.isFree(result.apply())
          && !whole.contains(feed.inside())) {
        inside.put(feed.inside(), captured(result, draft));
        changed = true;
      }
    }
    for (ScanDraft.Feed feed : draft.sequences()) {
      if (feed.outside() instanceof Result result
          && (isSinkable(result.apply()) || isMadeOfSinkable(result.apply()))
          && !whole.contains(feed.inside())) {
        inside.put(feed.inside(), element(feed.inside().type(), result.apply(), draft));
        changed = true;
      }
    }
    return changed ? draft.build(inside).resultsOf(scan) : apply.results();
  }

  /// What something else than an elementwise op or a reduction reads: it would have to be made in
  /// memory in every step.
  private static Set<Variable> readWhole(ScanDraft draft) {
    Set<Variable> whole = new HashSet<>(draft.outputs());
    for (Apply node : draft.applies()) {
      switch (node.op()) {
        case Unary _, Binary _, Compare _, Select _, Cast _, Reduce _, Broadcast _ -> {}
        default -> whole.addAll(node.operands());
      }
    }
    return whole;
  }

  /// Makes a captured value inside.
  private static Variable captured(Result outside, ScanDraft draft) {
    Apply node = outside.apply();
    if (node.op() instanceof Broadcast(List<Dim> shape)) {
      Variable source = source(node);
      Variable inside =
          source instanceof Result result && Lifting.isFree(result.apply())
              ? captured(result, draft)
              : draft.capture("captured", source);
      return node.site().during(() -> broadcast(inside, shape));
    }
    return Apply.of(node.op(), List.of(), node.site()).result();
  }

  /// Below a chain of broadcasts.
  private static Variable source(Apply broadcast) {
    Variable source = broadcast.operand(0);
    while (source instanceof Result result && result.apply().op() instanceof Broadcast) {
      source = result.apply().operand(0);
    }
    return source;
  }

  private static boolean isSinkable(Apply node) {
    return switch (node.op()) {
      case Fill _, Broadcast _ -> true;
      case Iota(int axis, _) -> axis > 0;
      default -> false;
    };
  }

  /// Whether little is computed from what is sinkable.
  private static boolean isMadeOfSinkable(Apply node) {
    return node.op() instanceof Binary
        && node.operands().stream()
            .allMatch(operand -> operand instanceof Result result && isSinkable(result.apply()));
  }

  /// Makes an element of a sequence inside.
  private static Variable element(TensorType type, Apply node, ScanDraft draft) {
    return node.site()
        .during(() ->
            switch (node.op()) {
              case Fill(double value, _) -> Lifting.apply(new Fill(value, type));
              case Iota(int axis, _) -> Lifting.apply(new Iota(axis - 1, type));
              case Binary binary ->
                  Lifting.apply(
                      binary,
                      node.operands().stream()
                          .map(operand -> element(type, ((Result) operand).apply(), draft))
                          .toArray(Variable[]::new));
              default -> broadcastElement(type, node.operand(0), draft);
            });
  }

  private static Variable broadcastElement(TensorType type, Variable source, ScanDraft draft) {
    if (source.type().rank() <= type.rank()) {
      return broadcast(draft.capture("captured", source), type.shape());
    }
    List<Dim> behind = source.type().shape().subList(1, source.type().rank());
    if (!source.type().dim(0).equals(draft.steps())) {
      Variable once = Lifting.reshaped(source, behind);
      return broadcast(draft.capture("captured", once), type.shape());
    }
    return broadcast(draft.sequence("element", source), type.shape());
  }

  private static Variable broadcast(Variable value, List<Dim> shape) {
    return value.type().shape().equals(shape) ? value : Lifting.apply(new Broadcast(shape), value);
  }
}
