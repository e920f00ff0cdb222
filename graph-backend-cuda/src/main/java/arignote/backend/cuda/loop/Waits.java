package arignote.backend.cuda.loop;

import arignote.backend.cuda.kernel.Argument;
import arignote.plan.Slot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Finds where threads must wait for others so that each reads what it should: a stage for what an
/// earlier one has written, and one that writes for what an earlier one may still read.
///
/// Where both touch each element in the same block, the threads of a block wait for each other,
/// else all blocks. As steps follow each other, so do the last stages of one and the first of the
/// next. Stages further apart than that need no look: what they share they also share with the same
/// stage one step nearer, or a row, or a place of two in turns, lies between.
final class Waits {
  private final List<List<Task.Access>> accesses;
  private final Map<Slot, Stepping> steppings;
  private final Set<Slot> repeated;

  private Waits(List<Task> tasks, Map<Slot, Stepping> steppings, Set<Slot> repeated) {
    this.accesses = tasks.stream().map(Task::accesses).toList();
    this.steppings = steppings;
    this.repeated = repeated;
  }

  /// Who waits before each stage; before the first, from the second step on.
  ///
  /// @param repeated slots that each block has for itself
  static List<Wait> of(List<Task> tasks, Map<Slot, Stepping> steppings, Set<Slot> repeated) {
    return new Waits(tasks, steppings, repeated).find();
  }

  private List<Wait> find() {
    int count = accesses.size();
    Wait[] waits = new Wait[count];
    Arrays.fill(waits, Wait.NOBODY);
    for (int later = 0; later < count; later++) {
      for (int earlier = 0; earlier < later; earlier++) {
        Wait known = most(waits, earlier + 1, later + 1);
        waits[later] = most(waits[later], missing(known, needed(earlier, later, false)));
      }
    }
    for (int later = 0; later < count; later++) {
      for (int earlier = 0; earlier < count; earlier++) {
        Wait known = most(most(waits, earlier + 1, count), most(waits, 0, later + 1));
        waits[0] = most(waits[0], missing(known, needed(earlier, later, true)));
      }
    }
    return List.of(waits);
  }

  private static Wait missing(Wait known, Wait needed) {
    return needed.compareTo(known) > 0 ? needed : Wait.NOBODY;
  }

  private static Wait most(Wait one, Wait other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private static Wait most(Wait[] waits, int from, int to) {
    Wait most = Wait.NOBODY;
    for (int i = from; i < to; i++) {
      most = most(most, waits[i]);
    }
    return most;
  }

  /// Who must wait between two stages, of one step or of two that follow each other.
  private Wait needed(int earlier, int later, boolean nextStep) {
    Wait needed = Wait.NOBODY;
    for (Task.Access first : accesses.get(earlier)) {
      for (Task.Access second : accesses.get(later)) {
        if ((first.writes() || second.writes())
            && maySharePlace(first.slot(), second.slot(), nextStep)
            && !(first.slot() == second.slot() && first.isApartFrom(second))) {
          boolean inBlock =
              repeated.contains(first.slot())
                  || (written(first.slot()) == written(second.slot())
                      && first.isAlignedWith(second));
          needed = most(needed, inBlock ? Wait.BLOCK : Wait.ALL);
        }
      }
    }
    return needed;
  }

  /// Whether two slots may be the same memory, the second perhaps in the step after.
  private boolean maySharePlace(Slot first, Slot second, boolean nextStep) {
    Slot former = written(first);
    Slot latter = written(second);
    if (former != latter) {
      List<Slot> places = places(first);
      return places(second).stream().anyMatch(places::contains);
    }
    if (!steppings.containsKey(former)) {
      return true;
    }
    boolean formerIsPrevious = former != first;
    boolean latterIsPrevious = latter != second;
    if (formerIsPrevious == latterIsPrevious) {
      return !nextStep;
    }
    // The next step reads this one's, and of two places in turns writes where this one reads.
    return nextStep && (latterIsPrevious || steppings.get(former) instanceof Stepping.Turns);
  }

  /// The slot whose memory another slot names a step later; any other slot itself.
  private Slot written(Slot slot) {
    return steppings.get(slot) instanceof Stepping.Previous(_, _, Slot next) ? next : slot;
  }

  /// The slots of fixed memory that a slot may lie in.
  private List<Slot> places(Slot slot) {
    Stepping stepping = steppings.get(slot);
    if (stepping == null) {
      return List.of(slot);
    }
    return switch (stepping) {
      case Stepping.Row(_, Argument.Address first, _) -> List.of(first.slot());
      case Stepping.Turns(_, Argument.Address last, Argument.Address other) ->
          List.of(last.slot(), other.slot());
      case Stepping.Previous(_, Argument.Address initial, Slot next) -> {
        List<Slot> places = new ArrayList<>(places(next));
        places.add(initial.slot());
        yield places;
      }
    };
  }
}
