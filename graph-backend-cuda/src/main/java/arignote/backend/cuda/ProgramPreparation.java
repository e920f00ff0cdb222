package arignote.backend.cuda;

import arignote.ir.Apply;
import arignote.ir.Bindings;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Shared;
import arignote.ir.Variable;
import arignote.ir.op.Cond;
import arignote.ir.op.Gather;
import arignote.ir.op.Gemm;
import arignote.ir.op.Op;
import arignote.ir.op.Probe;
import arignote.ir.op.Scatter;
import arignote.plan.BufferPlan;
import arignote.plan.InPlace;
import arignote.plan.Layout;
import arignote.plan.LoopBody;
import arignote.plan.ProgramSlots;
import arignote.plan.Schedule;
import arignote.plan.Slot;
import arignote.plan.UpdateOrder;
import arignote.plan.View;
import arignote.plan.Wiring;
import arignote.runtime.Program;
import arignote.tensor.DType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// A program on its way to instructions: decides once in which order nodes run and which shared
/// variables are updated in place, then prepares it for any lengths.
///
/// An index out of range, and the like, is found on the device, in the midst of other work. Kernels
/// that write shared variables look whether an error was noted before, so they come behind all that
/// may note one; products of cuBLAS do not look, so in a program that may note errors they are
/// computed elsewhere and copied by a kernel.
final class ProgramPreparation {
  private final Program program;
  private final Gpu gpu;
  private final Optional<Profiler> profiler;
  private final Constants constants;
  private final Persistence persistence = Persistence.current();
  private final Schedule schedule;
  private final boolean notesErrors;
  private final IdentityHashMap<Variable, Shared> inPlace = new IdentityHashMap<>();

  /// @param profiler who measures calls, if that is asked for
  ProgramPreparation(Program program, Gpu gpu, Optional<Profiler> profiler) {
    this.profiler = profiler;
    this.program = program;
    this.gpu = gpu;
    this.constants = new Constants(gpu);
    this.schedule =
        new Schedule(
            program.graph(),
            UpdateOrder.of(program.graph(), program.newValues(), ProgramPreparation::mayUpdate));
    List<Apply> order = schedule.order();
    this.notesErrors = order.stream().anyMatch(ProgramPreparation::mayNoteError);
    findInPlaceUpdates();
  }

  private void findInPlaceUpdates() {
    List<Apply> order = schedule.order();
    IdentityHashMap<Apply, Integer> positions = new IdentityHashMap<>();
    int lastFailing = -1;
    for (int i = 0; i < order.size(); i++) {
      positions.put(order.get(i), i);
      if (mayNoteError(order.get(i))) {
        lastFailing = i;
      }
    }
    for (int i = 0; i < program.updated().size(); i++) {
      Shared shared = program.updated().get(i);
      if (program.newValues().get(i) instanceof Result result
          && positions.getOrDefault(result.apply(), -1) > lastFailing
          && schedule.diesAt(shared, positions.getOrDefault(result.apply(), -1))
          && !inPlace.containsKey(result)
          && mayWriteOver(shared, result)) {
        inPlace.put(result, shared);
      }
    }
  }

  /// Whether a node may find out only while it runs that it cannot compute its result. A branch
  /// that has no meaning for the lengths of a call fails when it is taken.
  private static boolean mayNoteError(Apply apply) {
    return has(
        apply,
        op ->
            op instanceof Gather
                || op instanceof Scatter
                || op instanceof Cond
                || op instanceof Probe);
  }

  /// Whether nodes of this op can write their result over an operand.
  private static boolean mayUpdate(Op op) {
    return op instanceof Gemm || LoopBody.isLoop(op);
  }

  private boolean mayWriteOver(Shared shared, Result result) {
    Op op = result.apply().op();
    return mayUpdate(op)
        && !(op instanceof Gemm && notesErrors)
        && InPlace.mayWriteOver(shared, result, schedule);
  }

  /// Whether a node is, or has inside, what a condition holds for.
  private static boolean has(Apply apply, Predicate<Op> condition) {
    Deque<Op> waiting = new ArrayDeque<>(List.of(apply.op()));
    while (!waiting.isEmpty()) {
      Op op = waiting.remove();
      if (condition.test(op)) {
        return true;
      }
      op.innerGraphs().forEach(inner -> inner.applies().forEach(node -> waiting.add(node.op())));
    }
    return false;
  }

  /// The function's name.
  String name() {
    return program.name();
  }

  Gpu gpu() {
    return gpu;
  }

  Constants constants() {
    return constants;
  }

  Optional<Profiler> profiler() {
    return profiler;
  }

  /// Prepares the program for some lengths.
  ///
  /// @throws arignote.ir.EvaluationException if it cannot be computed with them
  Prepared prepare(Bindings bindings) {
    return new Work(bindings).prepare();
  }

  /// One preparation.
  private final class Work {
    private final Preparation preparation;
    private final Graph graph = program.graph();
    private final Wiring wiring = new Wiring(schedule);
    private final Map<Shared, Slot> shared = new LinkedHashMap<>();

    Work(Bindings bindings) {
      this.preparation = new Preparation(gpu, constants, persistence, bindings, profiler);
    }

    Prepared prepare() {
      for (Shared variable : graph.shared()) {
        shared.put(variable, external(variable));
      }
      for (Shared variable : program.updated()) {
        shared.computeIfAbsent(variable, this::external);
      }
      inPlace.forEach((value, variable) -> wiring.place(value, wiring.given(variable)));
      List<ProgramSlots.Exchanged> inputs = new ArrayList<>();
      Block block = Block.ofProgram(preparation, wiring, new HashSet<>(shared.values()));
      Slot errors = block.errors();
      for (Input input : graph.inputs()) {
        inputs.add(input(block, input));
      }
      block.emit(new Clear(Session.errors(errors)), List.of(errors));
      block.lower();
      List<ProgramSlots.Exchanged> results = new ArrayList<>();
      for (Variable result : program.results()) {
        results.add(result(block, result));
      }
      block.update(program.updated(), program.newValues());
      // Arguments are copied there before all, results and errors from there behind all.
      inputs.forEach(input -> block.plan().keepFromStart(input.slot()));
      block.plan().keepFromStart(errors);
      results.forEach(result -> block.touch(result.slot()));
      block.touch(errors);
      for (Slot kept : preparation.kept()) {
        block.plan().keepFromStart(kept);
        block.touch(kept);
      }
      BufferPlan buffers = block.plan().buffers();
      return new Prepared(
          block.plan().instructions(),
          preparation,
          block.plan().offsets(buffers),
          buffers.bytes(),
          errors,
          new ProgramSlots(inputs, shared, results),
          !preparation.prints() && profiler.isEmpty());
    }

    private Slot external(Variable variable) {
      long[] shape = preparation.lengths().bindings().shape(variable.type());
      View view = preparation.slots().dense(Slot.Kind.EXTERNAL, variable.type().dtype(), shape);
      wiring.give(variable, view);
      return view.slot();
    }

    private ProgramSlots.Exchanged input(Block block, Input input) {
      long[] shape = preparation.lengths().bindings().shape(input.type());
      DType dtype = input.type().dtype();
      Slot slot = block.allocate(Layout.dense(shape).size() * dtype.bytes());
      View view = View.dense(slot, dtype, shape);
      block.put(input, view);
      return ProgramSlots.Exchanged.of(input.name(), view);
    }

    /// The memory that a result is copied to the host from: that of the value itself, unless an
    /// update could change it, or it does not lie row by row.
    private ProgramSlots.Exchanged result(Block block, Variable variable) {
      View view = block.view(variable);
      View settled = view.isWhole() && block.owns(view.slot()) ? view : block.copy(view);
      block.pin(settled.slot());
      return ProgramSlots.Exchanged.of("", settled);
    }
  }
}
