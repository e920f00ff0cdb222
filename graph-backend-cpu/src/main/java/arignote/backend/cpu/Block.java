package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Tiles;
import arignote.ir.Apply;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.Gemm;
import arignote.plan.BlockPlan;
import arignote.plan.Flops;
import arignote.plan.InPlace;
import arignote.plan.Layout;
import arignote.plan.PlannedBlock;
import arignote.plan.Schedule;
import arignote.plan.Slot;
import arignote.plan.View;
import arignote.plan.Wiring;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A block of this backend's instructions. What does not change from step to step of a loop is
/// copied and packed once, before the loop.
final class Block implements PlannedBlock<Instruction, Block> {
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
  private final BlockPlan<Instruction> plan;

  /// How many threads run blocks such as this one at once.
  private final int threads;

  private Optional<Apply> current = Optional.empty();

  /// Slots of other blocks whose contents change while this one runs again and again.
  private final Set<Slot> varying = Collections.newSetFromMap(new IdentityHashMap<>());

  private final Map<CopyKey, View> copies = new HashMap<>();

  /// The gathers and scatters whose indices are checked.
  private final Set<Apply> checked = Collections.newSetFromMap(new IdentityHashMap<>());

  private Block(
      Preparation preparation,
      Optional<Block> outer,
      Role role,
      Wiring wiring,
      List<Slot> stepping) {
    this.preparation = preparation;
    this.threads = preparation.parts();
    this.outer = outer;
    this.role = role;
    this.plan = new BlockPlan<>(preparation.slots(), preparation.lengths(), wiring);
    varying.addAll(stepping);
    wiring.placed().values().forEach(view -> varying.add(view.slot()));
    placeAddends();
  }

  /// The block of a program.
  static Block ofProgram(Preparation preparation, Wiring wiring) {
    return new Block(preparation, Optional.empty(), Role.PROGRAM, wiring, List.of());
  }

  /// The body of a scan.
  ///
  /// @param stepping the slots that change from step to step
  Block step(Wiring wiring, List<Slot> stepping) {
    return new Block(preparation, Optional.of(this), Role.STEP, wiring, stepping);
  }

  /// A graph that runs where this block comes to it, or not.
  Block branch(Wiring wiring) {
    return new Block(preparation, Optional.of(this), Role.BRANCH, wiring, List.of());
  }

  /// Lets what a product is added to be computed where the sum must be.
  private void placeAddends() {
    List<Apply> order = schedule().order();
    for (int position = order.size() - 1; position >= 0; position--) {
      Apply apply = order.get(position);
      Optional<View> view = placed(apply.results().getFirst());
      if (view.isPresent()
          && apply.op() instanceof Gemm
          && apply.operand(2) instanceof Result addend
          && Schedule.isWritten(addend)
          && InPlace.mayWriteOver(addend, apply.result(), schedule())
          && schedule().diesAt(addend, position)
          && placed(addend).isEmpty()) {
        place(addend, view.get());
      }
    }
  }

  Preparation preparation() {
    return preparation;
  }

  Toolbox tools() {
    return preparation.tools();
  }

  @Override
  public BlockPlan<Instruction> plan() {
    return plan;
  }

  /// Prepares all nodes.
  void lower() {
    List<Apply> order = schedule().order();
    for (int position = 0; position < order.size(); position++) {
      current = Optional.of(order.get(position));
      int before = plan.instructions().size();
      Lowering.lower(this, order.get(position), position);
      if (tools().profiler().isPresent()) {
        Timed.shareFlops(plan.instructions().subList(before, plan.instructions().size()));
      }
    }
    current = Optional.empty();
  }

  @Override
  public void overwrite(Variable result, View view) {
    copies.keySet().removeIf(copy -> copy.slot == view.slot());
    put(result, view);
  }

  /// Notes that the indices of a gather or scatter are checked, and says whether they were not.
  boolean notChecked(Apply apply) {
    return checked.add(apply);
  }

  /// Adds an instruction that needs some slots.
  void emit(Instruction instruction, Slot... slots) {
    Instruction added = joined(instruction);
    for (Slot slot : slots) {
      touch(slot);
    }
    add(added);
  }

  /// Adds an instruction that needs the memory of some views.
  void emit(Instruction instruction, View... used) {
    emit(instruction, Arrays.stream(used).map(View::slot).toArray(Slot[]::new));
  }

  /// The instruction, or one in place of it and the last one. In loops slots that differ may be the
  /// same memory, so nobody could tell whether one needs the other.
  private Instruction joined(Instruction instruction) {
    if (role != Role.PROGRAM || plan.instructions().isEmpty()) {
      return instruction;
    }
    Optional<Instruction> joined = plan.instructions().getLast().joined(instruction);
    joined.ifPresent(_ -> plan.removeLast());
    return joined.orElse(instruction);
  }

  private void add(Instruction instruction) {
    Optional<Profiler> profiler = tools().profiler();
    if (profiler.isEmpty()) {
      plan.add(instruction);
      return;
    }
    double flops =
        current
            .map(node -> Flops.of(node, type -> Layout.dense(shape(node, type)).size()))
            .orElse(0.0);
    plan.add(profiler.get().timed(instruction, nodes(), threads, flops));
  }

  /// The node that is being prepared, and before it those of the outer blocks.
  private List<Apply> nodes() {
    List<Apply> nodes = new ArrayList<>(outer.map(Block::nodes).orElse(List.of()));
    current.map(tools()::original).ifPresent(nodes::add);
    return nodes;
  }

  /// Whether a view's memory is the same in every step of the loop that this block, or one that it
  /// is a branch in, is the body of.
  boolean isInvariant(View view) {
    return !owns(view.slot())
        && !varying.contains(view.slot())
        && switch (role) {
          case PROGRAM -> false;
          case STEP -> true;
          case BRANCH -> outer.orElseThrow().isInvariant(view);
        };
  }

  @Override
  public void copy(View from, View to) {
    emit(new CopyNest(from, to), from, to);
  }

  /// A dense copy, made before the loop if possible.
  @Override
  public View copy(View view) {
    return isInvariant(view) ? outer.orElseThrow().sharedCopy(view) : newCopy(view);
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
    return PlannedBlock.super.copy(view);
  }

  /// Lets threads share small instructions that follow each other and need nothing of each other.
  void sweep() {
    List<Instruction> instructions = plan.instructions();
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
    plan.replace(swept, positions);
  }
}
