package arignote.backend.cuda;

import static java.util.Objects.requireNonNull;

import arignote.backend.cuda.codegen.Generators;
import arignote.backend.cuda.driver.KernelHandle;
import arignote.backend.cuda.kernel.Launch;
import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Result;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.plan.BufferPlan;
import arignote.plan.Layout;
import arignote.plan.Schedule;
import arignote.plan.Slot;
import arignote.plan.View;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// A straight list of instructions under construction: that of the program, or of the body of a
/// scan or a branch of a conditional, which is a block inside the block of that node.
final class Block {
  private final Preparation preparation;
  private final Schedule schedule;
  private final Slot errors;
  private final Set<Slot> guarded;
  private final Role role;

  /// Where it says that nothing of this block must happen; empty if the host decides that.
  private final Optional<Slot> skip;

  private final IdentityHashMap<Variable, View> views;
  private final IdentityHashMap<Variable, Slot> placed;
  private final List<Instruction> instructions = new ArrayList<>();

  /// The arena slots of this block and the first and last instruction that needs each.
  private final Map<Slot, int[]> lifetimes = new LinkedHashMap<>();

  /// The slots of outer blocks that this one uses.
  private final Set<Slot> outside = new LinkedHashSet<>();

  /// Arena slots that more than one value lies in, so that no kernel may overwrite them.
  private final Set<Slot> pinned = Collections.newSetFromMap(new IdentityHashMap<>());

  /// The number of the node that is lowered now.
  private int operation;

  /// Who decides whether what is in a block happens.
  enum Role {
    /// The host: the program, and the branches that it chooses.
    BY_HOST,
    /// The device, as the host does not wait between the steps of a loop.
    IN_LOOP
  }

  private Block(
      Preparation preparation,
      Schedule schedule,
      Slot errors,
      Set<Slot> guarded,
      Role role,
      Optional<Slot> skip,
      IdentityHashMap<Variable, View> given,
      IdentityHashMap<Variable, Slot> placed) {
    this.preparation = preparation;
    this.schedule = schedule;
    this.errors = errors;
    this.guarded = guarded;
    this.role = role;
    this.skip = skip;
    this.views = new IdentityHashMap<>(given);
    this.placed = placed;
  }

  /// The block of a program.
  ///
  /// @param errors where errors are noted
  /// @param guarded what must not change once an error is noted
  /// @param given where the graph's leaves lie, constants apart
  /// @param placed where some results must be written, row by row
  static Block ofProgram(
      Preparation preparation,
      Schedule schedule,
      Slot errors,
      Set<Slot> guarded,
      IdentityHashMap<Variable, View> given,
      IdentityHashMap<Variable, Slot> placed) {
    return new Block(
        preparation, schedule, errors, guarded, Role.BY_HOST, Optional.empty(), given, placed);
  }

  /// A block inside this one.
  ///
  /// @param innerRole who decides there
  /// @param innerSkip where it says that nothing there must happen; that must be so too where
  ///   nothing of this block must
  Block inner(
      Role innerRole,
      Optional<Slot> innerSkip,
      Schedule inside,
      IdentityHashMap<Variable, View> given,
      IdentityHashMap<Variable, Slot> placedInside) {
    Block inner =
        new Block(preparation, inside, errors, guarded, innerRole, innerSkip, given, placedInside);
    inner.operation = operation;
    return inner;
  }

  Preparation preparation() {
    return preparation;
  }

  Gpu gpu() {
    return preparation.gpu();
  }

  Schedule schedule() {
    return schedule;
  }

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
    List<Apply> order = schedule.order();
    for (int position = 0; position < order.size(); position++) {
      operation = preparation.operation(order.get(position));
      Lowering.lower(this, order.get(position), position);
    }
  }

  /// Where a value lies.
  View view(Variable variable) {
    View view = views.get(variable);
    if (view == null && variable instanceof Constant constant) {
      return preparation.slots().constant(constant);
    }
    if (view == null) {
      throw new IllegalStateException("no value for a variable of type " + variable.type());
    }
    return view;
  }

  void put(Variable variable, View view) {
    views.put(variable, view);
  }

  long[] shape(Apply apply, TensorType type) {
    return preparation.lengths().shape(apply, type);
  }

  /// Where a result must be written, if that is decided.
  Optional<Slot> placed(Variable variable) {
    return Optional.ofNullable(placed.get(variable));
  }

  /// New memory of this block.
  Slot allocate(long bytes) {
    Slot slot = preparation.slots().make(Slot.Kind.ARENA, bytes);
    own(slot);
    return slot;
  }

  /// Has a slot lie in this block's memory.
  void own(Slot slot) {
    lifetimes.put(slot, new int[] {Integer.MAX_VALUE, -1});
  }

  /// Whether a slot lies in this block's memory.
  boolean owns(Slot slot) {
    return lifetimes.containsKey(slot);
  }

  /// Memory for a result, dense: where it must be, or new.
  View result(Apply apply, Result result) {
    long[] shape = shape(apply, result.type());
    DType dtype = result.type().dtype();
    long bytes = Layout.dense(shape).size() * dtype.bytes();
    Optional<Slot> decided = placed(result);
    Slot slot = decided.orElseGet(() -> allocate(bytes));
    View view = View.dense(slot, dtype, shape);
    if (decided.isEmpty()) {
      preparation.describe(slot, apply, view);
    }
    put(result, view);
    return view;
  }

  /// Adds an instruction that needs the memory of some slots.
  void emit(Instruction instruction, List<Slot> used) {
    used.forEach(this::touch);
    instructions.add(instruction);
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
    instructions.add(new KernelLaunch(name, launch, kernel, operation, guard, reads, writes));
  }

  /// Adds what notes an error, unless nothing of this block must happen.
  void fail(Apply apply, NotedError error) {
    operation = preparation.operation(apply);
    preparation.error(operation, error);
    View noted = View.dense(errors, DType.I64, 3);
    launch("fail", Generators.fail(noted), List.of(), List.of(noted));
  }

  /// Notes that the next instruction needs a slot.
  void touch(Slot slot) {
    int[] lifetime = lifetimes.get(slot);
    if (lifetime == null) {
      outside.add(slot);
    } else {
      lifetime[0] = Math.min(lifetime[0], instructions.size());
      lifetime[1] = instructions.size();
    }
  }

  /// Has a slot keep its memory from the first instruction on.
  void keepFromStart(Slot slot) {
    int[] lifetime = requireNonNull(lifetimes.get(slot));
    lifetime[0] = 0;
    lifetime[1] = Math.max(lifetime[1], 0);
  }

  /// Has a slot keep its memory to the end.
  void keepToEnd(Slot slot) {
    int[] lifetime = requireNonNull(lifetimes.get(slot));
    lifetime[0] = Math.min(lifetime[0], instructions.size());
    lifetime[1] = instructions.size();
  }

  /// Forbids that a kernel overwrites a slot in place.
  void pin(Slot slot) {
    pinned.add(slot);
  }

  /// Whether a node may write its result over an operand: the operand is all of a slot of this
  /// block, and nothing needs it later.
  boolean mayOverwrite(Variable operand, int position) {
    View view = view(operand);
    return lifetimes.containsKey(view.slot())
        && !pinned.contains(view.slot())
        && view.isWhole()
        && schedule.isComputed(operand)
        && schedule.diesAt(operand, position);
  }

  /// The value row by row: where it lies if that is dense, else a copy.
  View dense(View view) {
    return view.layout().isDense() ? view : copy(view);
  }

  /// A dense copy.
  View copy(View view) {
    View copy = View.dense(allocate(view.bytes()), view.dtype(), view.layout().shape());
    Loops.copy(this, view, copy);
    return copy;
  }

  List<Instruction> instructions() {
    return instructions;
  }

  /// The slots of outer blocks that this one uses.
  Set<Slot> outside() {
    return outside;
  }

  /// The arena slots of this block.
  List<Slot> slots() {
    return List.copyOf(lifetimes.keySet());
  }

  /// Where the arena slots lie if none shares memory with another.
  BufferPlan planApart() {
    return BufferPlan.of(
        lifetimes.keySet().stream()
            .map(slot -> new BufferPlan.Lifetime(0, 0, slot.bytes()))
            .toList());
  }

  /// Where the arena slots lie in one stretch of memory.
  BufferPlan plan() {
    List<BufferPlan.Lifetime> needed = new ArrayList<>();
    lifetimes.forEach((slot, lifetime) ->
        needed.add(
            new BufferPlan.Lifetime(
                Math.min(lifetime[0], instructions.size()),
                Math.max(lifetime[1], 0),
                slot.bytes())));
    return BufferPlan.of(needed);
  }
}
