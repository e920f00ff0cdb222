package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Tiles;
import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Result;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Gemm;
import arignote.plan.BufferPlan;
import arignote.plan.Layout;
import arignote.plan.Schedule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A straight list of instructions under construction: that of the program, or of the body of a
/// scan or a branch of a conditional, which is a block inside the block of that node.
final class Block {
  /// When a block runs.
  enum Role {
    /// Once a call.
    PROGRAM,
    /// Once for each step of a loop.
    STEP,
    /// Where its outer block comes to it, or not.
    BRANCH
  }

  private record CopyKey(Slot slot, String layout) {}

  private final Preparation preparation;
  private final Optional<Block> outer;
  private final Role role;
  private final Schedule schedule;
  private final IdentityHashMap<Variable, View> views;
  private final IdentityHashMap<Variable, View> placed;
  private final List<Instruction> instructions = new ArrayList<>();

  /// How many threads run blocks such as this one at once.
  private final int threads;

  private Optional<Apply> current = Optional.empty();

  /// The arena slots of this block and the first and last instruction that needs each.
  private final Map<Slot, int[]> lifetimes = new LinkedHashMap<>();

  /// The slots of outer blocks that this one uses.
  private final Set<Slot> outside = new LinkedHashSet<>();

  /// Slots whose contents change while this block runs again and again.
  private final Set<Slot> varying = Collections.newSetFromMap(new IdentityHashMap<>());

  /// Arena slots that more than one value lies in, so that no kernel may overwrite them.
  private final Set<Slot> pinned = Collections.newSetFromMap(new IdentityHashMap<>());

  private final Map<CopyKey, View> copies = new HashMap<>();

  /// The gathers and scatters whose indices are checked.
  private final Set<Apply> checked = Collections.newSetFromMap(new IdentityHashMap<>());

  /// @param schedule of the graph that the block runs
  /// @param given where the graph's leaves lie, constants apart
  /// @param placed where some results must be written
  /// @param stepping the slots that change from step to step, if this is the body of a scan
  Block(
      Preparation preparation,
      Optional<Block> outer,
      Role role,
      Schedule schedule,
      IdentityHashMap<Variable, View> given,
      IdentityHashMap<Variable, View> placed,
      List<Slot> stepping) {
    this.preparation = preparation;
    this.threads = preparation.parts();
    this.outer = outer;
    this.role = role;
    this.schedule = schedule;
    this.views = new IdentityHashMap<>(given);
    this.placed = placed;
    varying.addAll(stepping);
    placed.values().forEach(view -> varying.add(view.slot()));
    placeAddends();
  }

  /// Lets what a product is added to be computed where the sum must be.
  private void placeAddends() {
    List<Apply> order = schedule.order();
    for (int position = order.size() - 1; position >= 0; position--) {
      Apply apply = order.get(position);
      View view = placed.get(apply.results().getFirst());
      if (view != null
          && apply.op() instanceof Gemm
          && apply.operand(2) instanceof Result addend
          && Schedule.isWritten(addend)
          && Products.mayWriteOver(addend, apply, schedule)
          && schedule.diesAt(addend, position)) {
        placed.putIfAbsent(addend, view);
      }
    }
  }

  Preparation preparation() {
    return preparation;
  }

  Toolbox tools() {
    return preparation.tools();
  }

  Schedule schedule() {
    return schedule;
  }

  /// Prepares all nodes.
  void lower() {
    List<Apply> order = schedule.order();
    for (int position = 0; position < order.size(); position++) {
      current = Optional.of(order.get(position));
      int before = instructions.size();
      Lowering.lower(this, order.get(position), position);
      if (tools().profiler().isPresent()) {
        Timed.shareFlops(instructions.subList(before, instructions.size()));
      }
    }
    current = Optional.empty();
  }

  /// Where a value lies.
  View view(Variable variable) {
    View view = views.get(variable);
    if (view == null && variable instanceof Constant constant) {
      return preparation.constant(constant);
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
  Optional<View> placed(Variable variable) {
    return Optional.ofNullable(placed.get(variable));
  }

  /// Decides where a result must be written.
  void place(Result result, View view) {
    placed.put(result, view);
  }

  /// New memory of this block.
  Slot allocate(long bytes) {
    Slot slot = preparation.slot(Slot.Kind.ARENA, bytes);
    lifetimes.put(slot, new int[] {Integer.MAX_VALUE, -1});
    varying.add(slot);
    return slot;
  }

  /// Lets a result lie where an operand lies, which it overwrites.
  void overwrite(Variable result, View view) {
    copies.keySet().removeIf(copy -> copy.slot == view.slot());
    put(result, view);
  }

  /// Memory for a result: where it must be, or new and dense.
  View result(Apply apply, Result result) {
    View view = placed(result).orElseGet(() -> allocate(apply, result.type()));
    put(result, view);
    return view;
  }

  private View allocate(Apply apply, TensorType type) {
    long[] shape = shape(apply, type);
    long bytes = Layout.dense(shape).size() * type.dtype().bytes();
    return View.dense(allocate(bytes), type.dtype(), shape);
  }

  /// Notes that the indices of a gather or scatter are checked, and says whether they were not.
  boolean notChecked(Apply apply) {
    return checked.add(apply);
  }

  /// Adds an instruction that needs some slots.
  void emit(Instruction instruction, Slot... slots) {
    for (Slot slot : slots) {
      touch(slot);
    }
    add(instruction);
  }

  /// Adds an instruction that needs the memory of some views.
  void emit(Instruction instruction, View... used) {
    for (View view : used) {
      touch(view.slot());
    }
    add(instruction);
  }

  private void add(Instruction instruction) {
    Optional<Profiler> profiler = tools().profiler();
    if (profiler.isEmpty()) {
      instructions.add(instruction);
      return;
    }
    double flops =
        current
            .map(node -> Flops.of(node, type -> Layout.dense(shape(node, type)).size()))
            .orElse(0.0);
    instructions.add(profiler.get().timed(instruction, nodes(), threads, flops));
  }

  /// The node that is being prepared, and before it those of the outer blocks.
  private List<Apply> nodes() {
    List<Apply> nodes = new ArrayList<>(outer.map(Block::nodes).orElse(List.of()));
    current.map(tools()::original).ifPresent(nodes::add);
    return nodes;
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

  /// Whether a slot is this block's and nothing needs what lies in it once a node has run.
  boolean isFreeAfter(Slot slot, int position) {
    return lifetimes.containsKey(slot)
        && !pinned.contains(slot)
        && views.entrySet().stream()
            .filter(entry -> entry.getValue().slot() == slot)
            .allMatch(entry ->
                schedule.isComputed(entry.getKey()) && schedule.diesAt(entry.getKey(), position));
  }

  /// Whether a view's memory is the same in every step of the loop that this block, or one that it
  /// is a branch in, is the body of.
  boolean isInvariant(View view) {
    return !varying.contains(view.slot())
        && switch (role) {
          case PROGRAM -> false;
          case STEP -> true;
          case BRANCH -> outer.orElseThrow().isInvariant(view);
        };
  }

  /// The value row by row: where it lies if that is dense, else a copy. What does not change from
  /// step to step is copied once, before the loop.
  View dense(View view) {
    return view.layout().isDense() ? view : copy(view);
  }

  /// A dense copy, made before the loop if possible.
  View copy(View view) {
    if (isInvariant(view)) {
      return outer.orElseThrow().sharedCopy(view);
    }
    return newCopy(view);
  }

  private View sharedCopy(View view) {
    if (isInvariant(view)) {
      return outer.orElseThrow().sharedCopy(view);
    }
    CopyKey key = new CopyKey(view.slot(), view.layout().toString());
    View known = copies.get(key);
    if (known == null) {
      known = newCopy(view);
      pin(known.slot());
      copies.put(key, known);
    }
    return known;
  }

  /// A matrix that does not change from step to step, packed before the loop for products with it.
  View packed(View matrix, Tiles tiles) {
    if (isInvariant(matrix)) {
      return outer.orElseThrow().packed(matrix, tiles);
    }
    return copies.computeIfAbsent(
        new CopyKey(matrix.slot(), "packed " + matrix.layout()), _ -> newPacked(matrix, tiles));
  }

  private View newPacked(View matrix, Tiles tiles) {
    long[] shape = {matrix.layout().dim(0), PackedPanels.paddedColumns(matrix, tiles)};
    Slot slot = allocate(shape[0] * shape[1] * matrix.dtype().bytes());
    View packed = View.dense(slot, matrix.dtype(), shape);
    emit(new PackedPanels(tiles, matrix, packed, tools()), matrix, packed);
    pin(slot);
    return packed;
  }

  private View newCopy(View view) {
    View copy = View.dense(allocate(view.bytes()), view.dtype(), view.layout().shape());
    emit(new CopyNest(view, copy), view, copy);
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

  /// Lets threads share small instructions that follow each other and need nothing of each other.
  void sweep() {
    List<Instruction> swept = new ArrayList<>();
    int[] positions = new int[instructions.size()];
    int end;
    for (int start = 0; start < instructions.size(); start = end) {
      end = start + Sweep.length(instructions, start);
      List<Instruction> run = instructions.subList(start, end);
      boolean joined = tools().threads() > 1 && Sweep.isWorthwhile(run);
      for (int i = start; i < end; i++) {
        positions[i] = swept.size() + (joined ? 0 : i - start);
      }
      if (joined) {
        swept.add(Sweep.of(run, tools().workers(), tools().threads()));
      } else {
        swept.addAll(run);
      }
    }
    // What runs at once shares no memory.
    for (int[] lifetime : lifetimes.values()) {
      for (int i = 0; i < lifetime.length; i++) {
        if (lifetime[i] >= 0 && lifetime[i] < positions.length) {
          lifetime[i] = positions[lifetime[i]];
        }
      }
    }
    instructions.clear();
    instructions.addAll(swept);
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
