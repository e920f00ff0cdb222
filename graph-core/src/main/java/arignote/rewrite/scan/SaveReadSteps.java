package arignote.rewrite.scan;

import static java.util.Objects.requireNonNull;

import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Substitution;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Compare;
import arignote.ir.op.CompareFn;
import arignote.ir.op.DimSize;
import arignote.ir.op.Fill;
import arignote.ir.op.Iota;
import arignote.ir.op.Reshape;
import arignote.ir.op.Scan;
import arignote.ir.op.Select;
import arignote.ir.op.Slice;
import arignote.rewrite.InnerGraphs;
import arignote.rewrite.Pass;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Keeps of a stacked output the steps that are read, if these are single ones: `history.get(-1)`.
///
/// ```
/// %0, %1 = scan {                              %0, %1 = scan {
///   ...                                          ...
///   next  %h                            =>       next  %h
///   stack %h                                     stack %h
/// } : f32[B,D], f32[T,B,D]                     } : f32[B,D], f32[T,B,D]
/// %2 = slice(%1) {start=T-1, size=1}           %2 = reshape(%0) : f32[1,B,D]
/// ```
///
/// The last step of what is handed on too is the carry after the loop. Of other values, and of
/// other steps, a carry keeps what is read, if nothing reads more than such steps; [PruneScans]
/// then drops the stack.
///
/// Where the number of steps is not known there may be none, or fewer than the position read. The
/// slice that says so at a call has to go on doing that: it becomes one of the single step kept,
/// from `(2*i+1)/(2*n+1)` for position `i` of `n`, which is 0 exactly if there is such a position.
public final class SaveReadSteps implements Pass {
  /// Of an output of which more single steps are read all are stacked.
  private static final int MOST_KEPT = 2;

  @Override
  public String name() {
    return "save-read-steps";
  }

  @Override
  public Graph apply(Graph graph) {
    return save(InnerGraphs.rewrite(graph, SaveReadSteps::save));
  }

  private static Graph save(Graph graph) {
    Map<Result, List<Apply>> steps = new LinkedHashMap<>();
    Set<Variable> readWhole = new HashSet<>(graph.outputs());
    for (Apply apply : graph.applies()) {
      for (Variable operand : apply.operands()) {
        if (operand instanceof Result result && isStep(apply, result)) {
          steps.computeIfAbsent(result, _ -> new ArrayList<>()).add(apply);
        } else {
          readWhole.add(operand);
        }
      }
    }
    if (steps.isEmpty()) {
      return graph;
    }
    Map<Apply, List<Result>> byScan = new LinkedHashMap<>();
    steps.keySet().forEach(s -> byScan.computeIfAbsent(s.apply(), _ -> new ArrayList<>()).add(s));
    Substitution substitution = new Substitution();
    boolean changed = false;
    for (Apply apply : graph.applies()) {
      if (substitution.replaces(apply.results().getFirst())) {
        continue;
      }
      Apply current = substitution.rebuild(apply);
      if (byScan.containsKey(apply) && current.op() instanceof Scan scan) {
        Kept kept = new Kept(current, scan);
        for (Result history : byScan.get(apply)) {
          kept.want(
              history.index(), requireNonNull(steps.get(history)), readWhole.contains(history));
        }
        changed |= kept.replace(apply, substitution);
      }
    }
    return changed ? substitution.apply(graph) : graph;
  }

  /// Whether a node reads one step of a stacked output.
  private static boolean isStep(Apply apply, Result operand) {
    return operand.apply().op() instanceof Scan scan
        && operand.index() >= scan.carries()
        && apply.op() instanceof Slice(int axis, _, Dim size, _)
        && axis == 0
        && size.is(1);
  }

  /// The steps to keep of one scan.
  private static final class Kept {
    private final Scan scan;
    private final ScanDraft draft;
    private final Map<Apply, Input> carryBySlice = new LinkedHashMap<>();
    private final Map<Variable, Map<Dim, Input>> carries = new HashMap<>();
    private boolean added;

    Kept(Apply current, Scan scan) {
      this.scan = scan;
      this.draft = new ScanDraft(current, scan);
    }

    void want(int result, List<Apply> slices, boolean readWhole) {
      Variable value = scan.stackedOutputs().get(result - scan.carries());
      int handedOn = scan.nextCarries().indexOf(value);
      long others = slices.stream().map(SaveReadSteps::position).distinct().count();
      for (Apply slice : slices) {
        Dim position = position(slice);
        if (isLast(position) && handedOn >= 0) {
          carryBySlice.put(slice, scan.carryInputs().get(handedOn));
        } else if (!readWhole && others <= MOST_KEPT) {
          carryBySlice.put(
              slice,
              carries
                  .computeIfAbsent(value, _ -> new HashMap<>())
                  .computeIfAbsent(
                      position, _ -> slice.site().during(() -> keep(value, position))));
        }
      }
    }

    private boolean isLast(Dim position) {
      return scan.reverse() ? position.is(0) : position.equals(scan.steps().minus(1));
    }

    /// A carry that is the value of the step at a position, once that has come.
    private Input keep(Variable value, Dim position) {
      added = true;
      TensorType type = value.type();
      Input before = new Input("kept", type);
      Variable next = value;
      if (!isLast(position)) {
        TensorType number = TensorType.scalar(DType.I64);
        Variable step =
            draft.sequence("step", Lifting.apply(new Iota(0, number.stacked(scan.steps()))));
        Variable wanted = Lifting.apply(new DimSize(position));
        Variable here = Lifting.apply(new Compare(CompareFn.EQ), step, wanted);
        Variable everywhere = Lifting.apply(new Broadcast(type.shape()), here);
        next = Lifting.apply(new Select(), everywhere, value, before);
      }
      Variable initial = Lifting.apply(new Fill(0, type));
      draft.addCarry(new ScanDraft.Carry(before, initial, next));
      return before;
    }

    boolean replace(Apply apply, Substitution substitution) {
      if (carryBySlice.isEmpty()) {
        return false;
      }
      Map<Input, Variable> last = new HashMap<>();
      if (added) {
        ScanDraft.Built built = draft.build();
        draft.carries().forEach(carry -> last.put(carry.before(), built.last(carry.before())));
        List<Variable> results = built.resultsOf(scan);
        for (int i = 0; i < results.size(); i++) {
          substitution.put(apply.results().get(i), results.get(i));
        }
      } else {
        for (int i = 0; i < scan.carries(); i++) {
          last.put(scan.carryInputs().get(i), substitution.get(apply.results().get(i)));
        }
      }
      carryBySlice.forEach((slice, before) ->
          substitution.put(
              slice.result(),
              slice.site().during(() -> step(requireNonNull(last.get(before)), position(slice)))));
      return true;
    }

    /// The slice of one step, from the step that was kept.
    private Variable step(Variable kept, Dim position) {
      Variable one = Lifting.apply(new Reshape(kept.type().stacked(Dim.of(1)).shape()), kept);
      Dim start = position.times(2).plus(1).floorDiv(scan.steps().times(2).plus(1));
      return start.is(0) ? one : Lifting.apply(new Slice(0, start, Dim.of(1), 1), one);
    }
  }

  private static Dim position(Apply slice) {
    return ((Slice) slice.op()).start();
  }
}
