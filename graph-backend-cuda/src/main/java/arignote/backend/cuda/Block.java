package arignote.backend.cuda;

import arignote.backend.cuda.codegen.Generators;
import arignote.backend.cuda.driver.KernelHandle;
import arignote.backend.cuda.kernel.Launch;
import arignote.ir.Apply;
import arignote.ir.Result;
import arignote.plan.BlockPlan;
import arignote.plan.Flops;
import arignote.plan.Layout;
import arignote.plan.PlannedBlock;
import arignote.plan.Slot;
import arignote.plan.View;
import arignote.plan.Wiring;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// A block of this backend's instructions.
final class Block implements PlannedBlock<Instruction, Block> {
  private final Optional<Block> outer;
  private final Preparation preparation;
  private final BlockPlan<Instruction> plan;
  private final Slot errors;
  private final Set<Slot> guarded;
  private final Role role;

  /// Where it says that nothing of this block must happen; empty if the host decides that.
  private final Optional<Slot> skip;

  /// The node that is lowered now.
  private Optional<Apply> current = Optional.empty();

  /// Its number.
  private int operation;

  /// Who decides whether what is in a block happens.
  enum Role {
    /// The host: the program, and the branches that it chooses.
    BY_HOST,
    /// The device, as the host does not wait between the steps of a loop.
    IN_LOOP
  }

  private Block(
      Optional<Block> outer,
      Preparation preparation,
      BlockPlan<Instruction> plan,
      Slot errors,
      Set<Slot> guarded,
      Role role,
      Optional<Slot> skip) {
    this.outer = outer;
    this.preparation = preparation;
    this.plan = plan;
    this.errors = errors;
    this.guarded = guarded;
    this.role = role;
    this.skip = skip;
  }

  /// The block of a program.
  ///
  /// @param guarded what must not change once an error is noted
  static Block ofProgram(Preparation preparation, Wiring wiring, Set<Slot> guarded) {
    BlockPlan<Instruction> plan =
        new BlockPlan<>(preparation.slots(), preparation.lengths(), wiring);
    Slot errors = plan.allocate(Session.ERROR_BYTES);
    return new Block(
        Optional.empty(), preparation, plan, errors, guarded, Role.BY_HOST, Optional.empty());
  }

  /// A block inside this one.
  ///
  /// @param innerRole who decides there
  /// @param innerSkip where it says that nothing there must happen; that must be so too where
  ///   nothing of this block must
  Block inner(Role innerRole, Optional<Slot> innerSkip, Wiring wiring) {
    BlockPlan<Instruction> inside =
        new BlockPlan<>(preparation.slots(), preparation.lengths(), wiring);
    Block inner =
        new Block(Optional.of(this), preparation, inside, errors, guarded, innerRole, innerSkip);
    inner.operation = operation;
    return inner;
  }

  Preparation preparation() {
    return preparation;
  }

  Gpu gpu() {
    return preparation.gpu();
  }

  @Override
  public BlockPlan<Instruction> plan() {
    return plan;
  }

  /// Where errors are noted.
  Slot errors() {
    return errors;
  }

  /// Who decides whether what is in this block happens.
  Role role() {
    return role;
  }

  /// Where it says that nothing of this block must happen.
  Optional<Slot> skip() {
    return skip;
  }

  /// The number of the node that is lowered now.
  int operation() {
    return operation;
  }

  /// Prepares all nodes.
  void lower() {
    List<Apply> order = schedule().order();
    for (int position = 0; position < order.size(); position++) {
      current = Optional.of(order.get(position));
      operation = preparation.operation(order.get(position));
      Lowering.lower(this, order.get(position), position);
    }
    current = Optional.empty();
  }

  @Override
  public void copy(View from, View to) {
    Loops.copy(this, from, to);
  }

  @Override
  public View result(Apply apply, Result result) {
    boolean isNew = placed(result).isEmpty();
    View view = plan.result(apply, result);
    if (isNew) {
      preparation.describe(view.slot(), apply, view);
    }
    return view;
  }

  /// Memory of the program that nothing else uses during a call.
  Slot allocateKept(long bytes) {
    Block program = this;
    while (program.outer.isPresent()) {
      program = program.outer.get();
    }
    Slot slot = program.allocate(bytes);
    preparation.keep(slot);
    return slot;
  }

  /// Adds an instruction that needs the memory of some slots.
  void emit(Instruction instruction, List<Slot> used) {
    used.forEach(this::touch);
    add(instruction);
  }

  /// Adds the launch of a kernel, which does nothing if nothing of this block must happen, nor once
  /// an error is noted if it writes what must not change then.
  void launch(String name, Launch launch, List<View> reads, List<View> writes) {
    boolean isGuarded = writes.stream().anyMatch(view -> guarded.contains(view.slot()));
    launch(name, launch, isGuarded ? Optional.of(errors) : skip, reads, writes);
  }

  /// Adds the launch of a kernel.
  ///
  /// @param guard a number that must be 0, else it does nothing
  void launch(
      String name, Launch launch, Optional<Slot> guard, List<View> reads, List<View> writes) {
    reads.forEach(view -> touch(view.slot()));
    writes.forEach(view -> touch(view.slot()));
    guard.ifPresent(this::touch);
    Supplier<KernelHandle> kernel = gpu().kernels().request(launch.code());
    add(new KernelLaunch(name, launch, kernel, operation, guard, reads, writes));
  }

  private void add(Instruction instruction) {
    plan.add(instruction);
    if (preparation.profiler().isPresent()) {
      List<Apply> nodes = nodes();
      double flops =
          nodes.isEmpty()
              ? 0
              : Flops.of(
                  nodes.getLast(), type -> Layout.dense(shape(nodes.getLast(), type)).size());
      preparation.purpose(new Profiler.Purpose(instruction, nodes, flops));
    }
  }

  /// The node that is lowered now, and before it those that it is inside of.
  private List<Apply> nodes() {
    List<Apply> nodes = new ArrayList<>(outer.map(Block::nodes).orElse(List.of()));
    current.ifPresent(nodes::add);
    return nodes;
  }

  /// Takes instructions of an inner block back, whose work another does.
  void withdraw(List<Instruction> instructions) {
    for (Instruction instruction : instructions) {
      if (instruction instanceof KernelLaunch own) {
        gpu().kernels().withdraw(own.launch().code());
      }
    }
    preparation.forget(instructions);
  }

  /// Adds what notes an error, unless nothing of this block must happen.
  void fail(Apply apply, NotedError error) {
    operation = preparation.operation(apply);
    preparation.error(operation, error);
    View noted = Session.errors(errors);
    launch("fail", Generators.fail(noted), List.of(), List.of(noted));
  }
}
