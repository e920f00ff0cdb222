package arignote.plan;

import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.op.Scan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A loop whose rows, the positions along the first axis of everything that it carries and stacks,
/// never meet: row `b` after any number of steps depends on row `b` of the initial carries only.
/// Some of the rows can go through all steps without the others, on a thread of their own.
///
/// In the loop of a recurrent network, rows are the examples of a batch:
///
/// ```
/// carry %h: f32[B,128] = %0                carry %h: f32[8,128] = some rows of %0
/// with  %U: f32[128,128] = @U       =>     with  %U: f32[128,128] = @U
/// %5 = dot(%h, %U) : f32[B,128]            %5 = dot(%h, %U) : f32[8,128]
/// ```
///
/// A body that sums over the rows, or takes some rows by others' values, has none that are
/// independent.
public final class IndependentRows {
  /// What feeds an input of the loop over some rows.
  ///
  /// @param index of the operand of the whole loop
  /// @param axis of the body's input that some rows are taken along; empty if it is used whole
  public record Operand(int index, Optional<Integer> axis) {}

  /// What is read of an input of the body.
  private record Feed(int index, int axis) {
    Operand operand() {
      return new Operand(index, axis == RowAxes.WHOLE ? Optional.empty() : Optional.of(axis));
    }
  }

  private final Scan scan;
  private final RowAxes axes;
  private final List<Feed> feeds;
  private final int sequences;
  private final Map<Long, Scan> loops = new ConcurrentHashMap<>();
  private final Map<Apply, Apply> originals = Collections.synchronizedMap(new IdentityHashMap<>());

  private IndependentRows(Scan scan, RowAxes axes, List<Feed> feeds, int sequences) {
    this.scan = scan;
    this.axes = axes;
    this.feeds = feeds;
    this.sequences = sequences;
  }

  /// The rows of a loop, if they are independent.
  public static Optional<IndependentRows> of(Scan scan) {
    Graph body = scan.body();
    boolean haveRows = body.outputs().stream().allMatch(output -> output.type().rank() > 0);
    long lengths =
        haveRows
            ? body.outputs().stream().map(output -> output.type().dim(0)).distinct().count()
            : 0;
    return lengths == 1 ? RowAxes.of(body, 0).flatMap(axes -> of(scan, axes)) : Optional.empty();
  }

  private static Optional<IndependentRows> of(Scan scan, RowAxes axes) {
    List<Feed> feeds = new ArrayList<>();
    int sequences = 0;
    for (int i = 0; i < scan.body().inputs().size(); i++) {
      Set<Integer> read = axes.of(scan.body().inputs().get(i));
      boolean carried = i >= scan.sequences() && i < scan.sequences() + scan.carries();
      if (carried) {
        if (!read.isEmpty() && !read.equals(Set.of(0))) {
          return Optional.empty();
        }
        feeds.add(new Feed(i, 0));
      } else {
        for (int axis : read) {
          feeds.add(new Feed(i, axis));
          sequences += i < scan.sequences() ? 1 : 0;
        }
      }
    }
    return Optional.of(new IndependentRows(scan, axes, List.copyOf(feeds), sequences));
  }

  /// How many rows there are.
  public Dim count() {
    return scan.body().outputs().getFirst().type().dim(0);
  }

  /// What feeds the inputs of [#scan], in their order.
  public List<Operand> operands() {
    return feeds.stream().map(Feed::operand).toList();
  }

  /// The loop over some rows. Its body has the sizes of those rows; its results are the rows of the
  /// whole loop's results, along the first axis of carries and the second of what is stacked.
  public Scan scan(long rows) {
    return loops.computeIfAbsent(rows, this::made);
  }

  /// The node of the whole loop's body that a node of [#scan]'s body was made of.
  public Optional<Apply> original(Apply ofRows) {
    return Optional.ofNullable(originals.get(ofRows));
  }

  private Scan made(long rows) {
    RowsTaken taken = new RowsTaken(axes, Dim.of(rows));
    originals.putAll(taken.originals());
    List<Input> inputs = new ArrayList<>();
    for (Feed feed : feeds) {
      inputs.add(taken.input(scan.body().inputs().get(feed.index), feed.axis));
    }
    return new Scan(
        new Graph(inputs, taken.outputs()),
        sequences,
        scan.carries(),
        scan.steps(),
        scan.reverse());
  }
}
