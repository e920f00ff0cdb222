package arignote.backend.cpu;

import static java.util.Objects.requireNonNull;

import arignote.ir.Apply;
import arignote.ir.Bindings;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Shared;
import arignote.ir.Variable;
import arignote.ir.op.Gather;
import arignote.ir.op.Gemm;
import arignote.ir.op.Op;
import arignote.ir.op.Scatter;
import arignote.plan.BufferPlan;
import arignote.plan.FailingOps;
import arignote.plan.InPlace;
import arignote.plan.LoopBody;
import arignote.plan.ProgramSlots;
import arignote.plan.Schedule;
import arignote.plan.Slot;
import arignote.plan.UpdateOrder;
import arignote.plan.View;
import arignote.plan.Wiring;
import arignote.runtime.Program;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A program on its way to instructions: decides once in which order nodes run and which shared
/// variables are updated in place, then prepares it for any lengths.
///
/// Nodes that compute new values of shared variables come last, so that all that reads old values,
/// and all that may fail, has run before; indices that are arguments are checked first of all. An
/// update is written straight over the shared variable if nothing needs the old value any more when
/// its node runs, or if that node, elementwise, the addition of a product or of some rows, is the
/// last to read it, at the same position; other updates are computed elsewhere and copied at the
/// end.
final class ProgramPreparation {
  private final Program program;
  private final Toolbox tools;
  private final Schedule schedule;
  private final IdentityHashMap<Variable, Shared> inPlace = new IdentityHashMap<>();

  /// How often each variable is an operand or an output.
  private final IdentityHashMap<Variable, Integer> uses = new IdentityHashMap<>();

  ProgramPreparation(Program program, Toolbox tools) {
    this.program = program;
    this.tools = tools;
    this.schedule =
        new Schedule(
            program.graph(),
            UpdateOrder.of(program.graph(), program.newValues(), ProgramPreparation::mayUpdate));
    for (Apply apply : schedule.order()) {
      apply.operands().forEach(operand -> uses.merge(operand, 1, Integer::sum));
    }
    program.graph().outputs().forEach(output -> uses.merge(output, 1, Integer::sum));
    findInPlaceUpdates();
  }

  private void findInPlaceUpdates() {
    List<Apply> order = schedule.order();
    IdentityHashMap<Apply, Integer> positions = new IdentityHashMap<>();
    int lastFailing = -1;
    for (int i = 0; i < order.size(); i++) {
      positions.put(order.get(i), i);
      if (mayFail(order.get(i))) {
        lastFailing = i;
      }
    }
    for (int i = 0; i < program.updated().size(); i++) {
      Shared shared = program.updated().get(i);
      if (program.newValues().get(i) instanceof Result result && !inPlace.containsKey(result)) {
        int first = requireNonNull(positions.get(written(result).getLast().apply()));
        int last = requireNonNull(positions.get(result.apply()));
        boolean unread = Schedule.isWritten(result) && schedule.lastUse(shared) < first;
        boolean readInStep =
            schedule.diesAt(shared, last) && InPlace.mayWriteOver(shared, result, schedule);
        if (first > lastFailing && (unread || readInStep)) {
          inPlace.put(result, shared);
        }
      }
    }
  }

  /// What is written where a result belongs: the result, and if that is a scatter into a tensor
  /// that nothing else needs, that tensor too.
  private List<Result> written(Result result) {
    List<Result> written = new ArrayList<>(List.of(result));
    while (written.getLast().apply().op() instanceof Scatter
        && written.getLast().apply().operand(0) instanceof Result target
        && uses.getOrDefault(target, 0) == 1
        && Schedule.isWritten(target)) {
      written.add(target);
    }
    return written;
  }

  /// Whether nodes of this op can write their result over an operand.
  private static boolean mayUpdate(Op op) {
    return op instanceof Gemm || op instanceof Scatter || LoopBody.isLoop(op);
  }

  /// Whether a node gathers or scatters by an argument: that can be checked before anything runs.
  private static boolean isChecked(Apply apply) {
    return (apply.op() instanceof Gather || apply.op() instanceof Scatter)
        && apply.operand(1) instanceof Input;
  }

  /// Whether a node may find out only while it runs that it cannot compute its result.
  private static boolean mayFail(Apply apply) {
    return !isChecked(apply) && FailingOps.mayFail(apply);
  }

  /// The function's name.
  String name() {
    return program.name();
  }

  /// Prepares the program for some lengths.
  ///
  /// @throws arignote.ir.EvaluationException if it cannot be computed with them
  Prepared prepare(Bindings bindings) {
    return new Run(bindings).prepare();
  }

  /// One preparation.
  private final class Run {
    private final Preparation preparation;
    private final Graph graph = program.graph();
    private final Wiring wiring = new Wiring(schedule);
    private final Map<Shared, Slot> shared = new LinkedHashMap<>();

    Run(Bindings bindings) {
      this.preparation = new Preparation(tools, bindings);
    }

    Prepared prepare() {
      List<ProgramSlots.Exchanged> inputs = new ArrayList<>();
      for (Input input : graph.inputs()) {
        inputs.add(ProgramSlots.Exchanged.of(input.name(), external(input)));
      }
      for (Shared variable : graph.shared()) {
        shared.put(variable, external(variable).slot());
      }
      for (Shared variable : program.updated()) {
        shared.computeIfAbsent(variable, missing -> external(missing).slot());
      }
      inPlace.forEach((value, variable) -> place((Result) value, wiring.given(variable)));
      List<ProgramSlots.Exchanged> results = new ArrayList<>();
      for (Variable result : program.results()) {
        results.add(ProgramSlots.Exchanged.of("", result(result)));
      }
      Block block = Block.ofProgram(preparation, wiring);
      schedule.order().stream()
          .filter(ProgramPreparation::isChecked)
          .forEach(apply -> Lowering.check(block, apply));
      block.lower();
      // Before in-place updates could touch them: an update in place is the last to read its shared
      // variable, so results never see it.
      block.copyOutputs(wiring);
      block.update(program.updated(), program.newValues());
      block.sweep();
      BufferPlan buffers = block.plan().buffers();
      return new Prepared(
          block.plan().instructions(),
          preparation.slots(),
          block.plan().offsets(buffers),
          buffers.bytes(),
          new ProgramSlots(inputs, shared, results));
    }

    private View external(Variable variable) {
      long[] shape = preparation.lengths().bindings().shape(variable.type());
      View view = preparation.slots().dense(Slot.Kind.EXTERNAL, variable.type().dtype(), shape);
      wiring.give(variable, view);
      return view;
    }

    /// Memory for a result, into which its node writes directly if it can.
    private View result(Variable variable) {
      long[] shape =
          variable instanceof Result result
              ? preparation.lengths().shape(result.apply(), variable.type())
              : preparation.lengths().bindings().shape(variable.type());
      View whole = preparation.slots().dense(Slot.Kind.EXTERNAL, variable.type().dtype(), shape);
      if (wiring.isPlaceable(variable)) {
        place((Result) variable, whole);
      } else {
        wiring.copy(variable, whole);
      }
      return whole;
    }

    private void place(Result result, View view) {
      written(result).stream()
          .filter(wiring::isPlaceable)
          .forEach(each -> wiring.place(each, view));
    }
  }
}
