package arignote.backend.cuda.loop;

import arignote.backend.cuda.kernel.Loop;
import arignote.backend.cuda.kernel.Place;
import arignote.plan.Slot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/// How the stages of a step are divided among blocks, and where these wait.
///
/// @param tasks the stages in their order
/// @param waits who waits before each; before the first, from the second step on
/// @param repeated slots that each block has for itself
public record Division(List<Task> tasks, List<Wait> waits, Set<Slot> repeated) {
  /// Loops of no more positions are done by every block where that saves a wait.
  private static final long SMALL = 1024;

  /// The division with the fewest waits of all blocks: blocks share the columns of one length, that
  /// of the state as a rule, so that what a block computes of one stage is what it needs in the
  /// next, and only products need what others have computed.
  ///
  /// @param own says of a slot whether only these stages use it, each step anew
  public static Division of(
      List<Stage> stages, Map<Slot, Stepping> steppings, Predicate<Slot> own) {
    Set<Long> lengths = new TreeSet<>(Comparator.reverseOrder());
    for (Stage stage : stages) {
      lengths.add(columns(stage));
    }
    return lengths.stream()
        .map(length -> of(stages, steppings, own, length))
        .min(Comparator.comparingLong(Division::waitsOfAll))
        .orElseThrow();
  }

  private static Division of(
      List<Stage> stages, Map<Slot, Stepping> steppings, Predicate<Slot> own, long length) {
    Set<Slot> repeated = repeated(stages, own, length);
    List<Task> tasks =
        stages.stream().map(stage -> new Task(stage, sharing(stage, length, repeated))).toList();
    return new Division(tasks, Waits.of(tasks, steppings, repeated), repeated);
  }

  /// How often all blocks wait in a step.
  public long waitsOfAll() {
    return waits.stream().filter(wait -> wait == Wait.ALL).count();
  }

  /// The length of the axis whose positions blocks could share.
  private static long columns(Stage stage) {
    return switch (stage) {
      case Stage.Elementwise(Loop loop) ->
          loop.shape().length == 0 ? 1 : loop.shape()[loop.shape().length - 1];
      case Stage.Product product -> product.columns();
    };
  }

  private static Sharing sharing(Stage stage, long length, Set<Slot> repeated) {
    long columns = columns(stage);
    return switch (stage) {
      case Stage.Elementwise(Loop loop) -> {
        if (targets(loop).stream().anyMatch(repeated::contains)) {
          yield new Sharing.Everything();
        }
        yield columns == length && loop.shape().length > 0
            ? new Sharing.Columns(length)
            : new Sharing.Positions();
      }
      case Stage.Product _ -> new Sharing.Columns(columns % length == 0 ? length : columns);
    };
  }

  private static List<Slot> targets(Loop loop) {
    return loop.targets().stream().map(Place::slot).map(slot -> slot.orElseThrow()).toList();
  }

  /// The slots of which every block has one for itself: those that only small loops write which do
  /// not run along the shared columns.
  private static Set<Slot> repeated(List<Stage> stages, Predicate<Slot> own, long length) {
    List<Loop> candidates = new ArrayList<>();
    Set<Slot> others = new HashSet<>();
    for (Stage stage : stages) {
      switch (stage) {
        case Stage.Elementwise(Loop loop) -> {
          if (columns(stage) != length && loop.size() <= SMALL) {
            candidates.add(loop);
          } else {
            others.addAll(targets(loop));
          }
        }
        case Stage.Product product -> others.add(product.to().slot());
      }
    }
    boolean changed = true;
    while (changed) {
      changed =
          candidates.removeIf(loop -> {
            List<Slot> targets = targets(loop);
            boolean isRepeated =
                targets.stream().allMatch(slot -> own.test(slot) && !others.contains(slot));
            if (!isRepeated) {
              others.addAll(targets);
            }
            return !isRepeated;
          });
    }
    Set<Slot> repeated = new LinkedHashSet<>();
    candidates.forEach(loop -> repeated.addAll(targets(loop)));
    return repeated;
  }
}
