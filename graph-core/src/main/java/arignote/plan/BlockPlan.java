package arignote.plan;

import static java.util.Objects.requireNonNull;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Result;
import arignote.ir.Variable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The instructions of a block so far, where the values lie that they are about, and which of them
/// need which memory.
///
/// @param <I> what an instruction is
public final class BlockPlan<I> {
  private final Slots slots;
  private final Lengths lengths;
  private final Schedule schedule;
  private final IdentityHashMap<Variable, View> views;
  private final IdentityHashMap<Variable, View> placed;
  private final List<I> instructions = new ArrayList<>();

  /// The arena slots of this block and the first and last instruction that needs each.
  private final Map<Slot, int[]> lifetimes = new LinkedHashMap<>();

  /// The arena slots of outer blocks that this one uses.
  private final Set<Slot> outside = new LinkedHashSet<>();

  /// Arena slots that more than one value lies in, so that no kernel may overwrite them.
  private final Set<Slot> pinned = Collections.newSetFromMap(new IdentityHashMap<>());

  public BlockPlan(Slots slots, Lengths lengths, Wiring wiring) {
    this.slots = slots;
    this.lengths = lengths;
    this.schedule = wiring.schedule();
    this.views = new IdentityHashMap<>(wiring.given());
    this.placed = new IdentityHashMap<>(wiring.placed());
  }

  Slots slots() {
    return slots;
  }

  Lengths lengths() {
    return lengths;
  }

  Schedule schedule() {
    return schedule;
  }

  View view(Variable variable) {
    View view = views.get(variable);
    if (view == null && variable instanceof Constant constant) {
      return slots.constant(constant);
    }
    if (view == null) {
      throw new IllegalStateException("no value for a variable of type " + variable.type());
    }
    return view;
  }

  void put(Variable variable, View view) {
    views.put(variable, view);
  }

  Optional<View> placed(Variable variable) {
    return Optional.ofNullable(placed.get(variable));
  }

  void place(Variable variable, View view) {
    placed.put(variable, view);
  }

  /// New memory of the block.
  public Slot allocate(long bytes) {
    Slot slot = slots.make(Slot.Kind.ARENA, bytes);
    lifetimes.put(slot, new int[] {Integer.MAX_VALUE, -1});
    return slot;
  }

  /// Memory for a result: where it must be, or new and dense.
  public View result(Apply apply, Result result) {
    View view =
        placed(result)
            .orElseGet(() -> {
              long[] shape = lengths.shape(apply, result.type());
              long bytes = Layout.dense(shape).size() * result.type().dtype().bytes();
              return View.dense(allocate(bytes), result.type().dtype(), shape);
            });
    put(result, view);
    return view;
  }

  /// Adds an instruction, which needs the slots that [#touch] was told.
  public void add(I instruction) {
    instructions.add(instruction);
  }

  /// Takes the last instruction away; the next one needs its slots too.
  public void removeLast() {
    instructions.removeLast();
  }

  void touch(Slot slot) {
    int[] lifetime = lifetimes.get(slot);
    if (lifetime != null) {
      lifetime[0] = Math.min(lifetime[0], instructions.size());
      lifetime[1] = instructions.size();
    } else if (slot.kind() == Slot.Kind.ARENA) {
      outside.add(slot);
    }
  }

  /// Has a slot keep its memory from the first instruction on.
  public void keepFromStart(Slot slot) {
    int[] lifetime = requireNonNull(lifetimes.get(slot));
    lifetime[0] = 0;
    lifetime[1] = Math.max(lifetime[1], 0);
  }

  /// Has no two of the slots so far share memory, whichever instructions need them.
  public void keepApart() {
    for (int[] lifetime : lifetimes.values()) {
      lifetime[0] = 0;
      lifetime[1] = instructions.size();
    }
  }

  void pin(Slot slot) {
    pinned.add(slot);
  }

  boolean owns(Slot slot) {
    return lifetimes.containsKey(slot);
  }

  boolean mayOverwrite(Variable operand, int position) {
    View view = view(operand);
    return owns(view.slot())
        && !pinned.contains(view.slot())
        && view.isWhole()
        && schedule.isComputed(operand)
        && schedule.diesAt(operand, position);
  }

  /// Whether a slot is this block's and nothing needs what lies in it once a node has run.
  public boolean isFreeAfter(Slot slot, int position) {
    return owns(slot)
        && !pinned.contains(slot)
        && views.entrySet().stream()
            .filter(entry -> entry.getValue().slot() == slot)
            .allMatch(entry ->
                schedule.isComputed(entry.getKey()) && schedule.diesAt(entry.getKey(), position));
  }

  /// The instructions so far.
  public List<I> instructions() {
    return Collections.unmodifiableList(instructions);
  }

  /// Puts other instructions in place of all.
  ///
  /// @param positions for each that goes that of the one which does its work
  public void replace(List<I> others, int[] positions) {
    for (int[] lifetime : lifetimes.values()) {
      for (int i = 0; i < lifetime.length; i++) {
        if (lifetime[i] >= 0 && lifetime[i] < positions.length) {
          lifetime[i] = positions[lifetime[i]];
        }
      }
    }
    instructions.clear();
    instructions.addAll(others);
  }

  Set<Slot> outside() {
    return outside;
  }

  /// Where the slots of this block lie in one stretch of memory.
  public BufferPlan buffers() {
    List<BufferPlan.Lifetime> needed = new ArrayList<>();
    lifetimes.forEach((slot, lifetime) ->
        needed.add(
            new BufferPlan.Lifetime(
                Math.min(lifetime[0], instructions.size()),
                Math.max(lifetime[1], 0),
                slot.bytes())));
    return BufferPlan.of(needed);
  }

  /// For each slot of the program where it starts in its memory, if no block is around this one.
  public long[] offsets(BufferPlan buffers) {
    return slots.offsets(List.copyOf(lifetimes.keySet()), buffers);
  }

  /// Puts the slots of this block into one stretch of an outer block's memory.
  void placeIn(Slot region, BufferPlan buffers) {
    slots.place(List.copyOf(lifetimes.keySet()), buffers, region);
  }
}
