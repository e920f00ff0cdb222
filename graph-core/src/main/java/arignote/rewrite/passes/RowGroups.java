package arignote.rewrite.passes;

import static java.util.Objects.requireNonNull;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Result;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Broadcast;
import arignote.ir.op.DimSize;
import arignote.ir.op.Fill;
import arignote.ir.op.Fused;
import arignote.ir.op.Iota;
import arignote.ir.op.LoopAxes;
import arignote.ir.op.Reduce;
import arignote.ir.op.Reshape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// All nodes of a graph in groups, see [FuseReductions]. Broadcasts, fills and the like are in
/// none: a group that needs them gets copies.
final class RowGroups {
  /// What a node reads, past broadcasts, and along which axes of the node's shape it lies.
  private record Read(Variable value, List<Integer> alignment) {}

  private final List<Apply> applies;
  private final IdentityHashMap<Apply, Integer> positions = new IdentityHashMap<>();
  private final IdentityHashMap<Apply, RowGroup> groups = new IdentityHashMap<>();

  RowGroups(Graph graph) {
    applies = graph.applies();
    for (Apply apply : applies) {
      positions.put(apply, positions.size());
      if (!isCopied(apply)) {
        List<Read> reads = reads(apply);
        RowGroup group = place(apply, reads);
        for (RowGroup read : groupsOf(reads)) {
          if (read != group) {
            read.readers().add(apply);
          }
        }
      }
    }
  }

  /// Whether a loop that uses the node's result takes a copy of the node in.
  static boolean isCopied(Apply apply) {
    return apply.op() instanceof Broadcast
        || apply.op() instanceof Fill
        || apply.op() instanceof Iota
        || apply.op() instanceof DimSize;
  }

  private static boolean isLoop(Apply apply) {
    return FusionLevels.isElementwise(apply.op())
        || (apply.op() instanceof Fused fused && !fused.reduces());
  }

  /// Something of the shape that a node's loop runs over; of a node that is no loop, its result.
  static Variable loopValue(Apply apply) {
    return apply.op() instanceof Fused(Graph body)
        ? Fused.written(body.outputs().getFirst()).findFirst().orElseThrow()
        : apply.results().getFirst();
  }

  private static List<Read> reads(Apply apply) {
    List<Read> reads = new ArrayList<>();
    Optional<Graph> body =
        isLoop(apply) && apply.op() instanceof Fused(Graph fused)
            ? Optional.of(fused)
            : Optional.empty();
    Optional<LoopAxes> axes = body.map(LoopAxes::of);
    for (int i = 0; i < apply.operands().size(); i++) {
      Variable operand = apply.operand(i);
      int index = i;
      Set<List<Integer>> alignments =
          axes.map(known -> known.of(body.orElseThrow().inputs().get(index))).orElse(Set.of());
      if (alignments.isEmpty()) {
        alignments = Set.of(IntStream.range(0, operand.type().rank()).boxed().toList());
      }
      alignments.forEach(alignment -> reads.add(pastBroadcasts(operand, alignment)));
    }
    return reads;
  }

  private static Read pastBroadcasts(Variable operand, List<Integer> alignment) {
    Variable value = operand;
    List<Integer> aligned = alignment;
    while (value instanceof Result result && result.apply().op() instanceof Broadcast) {
      aligned = LoopAxes.ofBroadcast(result.apply(), aligned);
      value = result.apply().operand(0);
    }
    return new Read(value, aligned);
  }

  /// What a variable is before it is broadcast.
  private static Variable source(Variable variable) {
    Variable value = variable;
    while (value instanceof Result result && result.apply().op() instanceof Broadcast) {
      value = result.apply().operand(0);
    }
    return value;
  }

  /// The group that makes a value; none for leaves and what is copied.
  private Optional<RowGroup> groupOf(Variable value) {
    return value instanceof Result result
        ? Optional.ofNullable(groups.get(result.apply()))
        : Optional.empty();
  }

  /// The groups that make what is read.
  private Set<RowGroup> groupsOf(List<Read> reads) {
    Set<RowGroup> found = new LinkedHashSet<>();
    reads.forEach(read -> groupOf(read.value).ifPresent(found::add));
    return found;
  }

  private RowGroup place(Apply apply, List<Read> reads) {
    Set<RowGroup> sources = groupsOf(reads);
    RowGroup.Key key = keyOf(apply);
    List<RowGroup> joined = new ArrayList<>();
    for (RowGroup source : sources) {
      if (mayJoin(apply, reads, source, key)) {
        joined.add(source);
      }
    }
    joined.sort(Comparator.comparingInt(RowGroup::level).reversed());
    if (!joined.isEmpty()) {
      RowGroup.Key first = joined.getFirst().key();
      joined.removeIf(group -> !group.key().equals(first));
    }
    while (!joined.isEmpty()) {
      int level = joined.getFirst().level();
      for (RowGroup source : sources) {
        if (!joined.contains(source)) {
          level = Math.max(level, source.level() + 1);
        }
      }
      int chosen = level;
      boolean fits = joined.getFirst().fits(joined);
      if (fits && joined.stream().allMatch(group -> mayRaise(group, chosen, joined))) {
        return join(apply, joined, key, level);
      }
      joined.removeLast();
    }
    int level = sources.stream().mapToInt(source -> source.level() + 1).max().orElse(0);
    RowGroup group = new RowGroup(apply, key, level);
    groups.put(apply, group);
    return group;
  }

  private RowGroup join(Apply apply, List<RowGroup> joined, RowGroup.Key key, int level) {
    RowGroup group = joined.getFirst();
    RowGroup.Key kept = group.key().axes().isEmpty() ? key : group.key();
    group.join(apply, joined, kept, level);
    group.members().forEach(member -> groups.put(member, group));
    group.readers().removeIf(reader -> groups.get(reader) == group);
    return group;
  }

  /// Whether all that reads a group stays above it at a level, or can become part of it.
  private boolean mayRaise(RowGroup group, int level, List<RowGroup> joined) {
    if (group.level() == level) {
      return true;
    }
    return group.mayHaveMoreReaders()
        && group.readers().stream()
            .allMatch(reader -> {
              RowGroup ofReader = requireNonNull(groups.get(reader));
              return joined.contains(ofReader)
                  ? mayJoin(reader, reads(reader), group, keyOf(reader))
                  : ofReader.level() > level;
            });
  }

  private static RowGroup.Key keyOf(Apply apply) {
    if (apply.op() instanceof Reduce reduce) {
      return new RowGroup.Key(apply.operand(0).type().shape(), reduce.axes());
    }
    return new RowGroup.Key(loopValue(apply).type().shape(), List.of());
  }

  /// Whether a node can become part of the group that makes some of its operands.
  private boolean mayJoin(Apply apply, List<Read> reads, RowGroup source, RowGroup.Key key) {
    List<Read> ofSource =
        reads.stream().filter(read -> groupOf(read.value).equals(Optional.of(source))).toList();
    if (apply.op() instanceof Reduce reduce) {
      boolean same =
          source.key().axes().isEmpty()
              ? isLoop(source.members().getFirst())
              : source.key().axes().equals(reduce.axes());
      return same
          && isRow(key)
          && source.key().shape().equals(key.shape())
          && ofSource.getFirst().value == apply.operand(0)
          && key.isWhole(apply.operand(0));
    }
    if (source.key().axes().isEmpty() || !isRow(source.key())) {
      return false;
    }
    if (source.key().isWhole(loopValue(apply))) {
      return isLoop(apply) && ofSource.stream().allMatch(read -> mayRead(read, source.key()));
    }
    return (isLoop(apply) || apply.op() instanceof Reshape)
        && apply.results().stream().allMatch(source.key()::isOfRow)
        && ofSource.stream()
            .allMatch(read ->
                source.key().isOfRow(read.value)
                    && (apply.op() instanceof Reshape
                        || read.value.type().shape().equals(key.shape())));
  }

  private static boolean isRow(RowGroup.Key key) {
    return !key.axes().isEmpty()
        && key.axes().contains(key.shape().size() - 1)
        && key.axes().stream().noneMatch(axis -> key.shape().get(axis).is(1));
  }

  private static boolean mayRead(Read read, RowGroup.Key key) {
    TensorType type = read.value.type();
    return key.isWhole(read.value)
        || (key.isOfRow(read.value) && key.repeats() && key.isInRow(type, read.alignment));
  }

  /// All groups, each after those that it needs; the nodes that groups copy are in groups of their
  /// own.
  List<RowGroup> inOrder() {
    IdentityHashMap<RowGroup, Integer> ranks = new IdentityHashMap<>();
    Set<RowGroup> ordered = new LinkedHashSet<>();
    for (Apply apply : applies) {
      if (isCopied(apply)) {
        int rank = -1;
        for (Variable operand : apply.operands()) {
          rank =
              Math.max(
                  rank,
                  groupOf(operand).map(made -> requireNonNull(ranks.get(made)) | 1).orElse(-1));
        }
        RowGroup group = new RowGroup(apply, keyOf(apply), 0);
        groups.put(apply, group);
        ranks.put(group, rank);
        ordered.add(group);
      } else {
        RowGroup group = requireNonNull(groups.get(apply));
        ranks.put(group, 2 * group.level());
        ordered.add(group);
      }
    }
    List<RowGroup> inOrder = new ArrayList<>(ordered);
    inOrder.sort(Comparator.comparing(ranks::get));
    inOrder.forEach(group -> group.members().sort(Comparator.comparing(positions::get)));
    return inOrder;
  }

  /// The results of a group's nodes that are used outside of it, for each group.
  Map<RowGroup, List<Result>> escaping(Graph graph) {
    Set<Variable> escaping = Collections.newSetFromMap(new IdentityHashMap<>());
    graph.outputs().forEach(output -> escaping.add(source(output)));
    for (Apply apply : applies) {
      for (Variable operand : apply.operands()) {
        Variable source = source(operand);
        if (!isCopied(apply) && !groupOf(source).equals(Optional.ofNullable(groups.get(apply)))) {
          escaping.add(source);
        }
      }
    }
    Map<RowGroup, List<Result>> byGroup = new HashMap<>();
    for (Apply apply : applies) {
      List<Result> ofGroup =
          byGroup.computeIfAbsent(requireNonNull(groups.get(apply)), _ -> new ArrayList<>());
      apply.results().stream().filter(escaping::contains).forEach(ofGroup::add);
    }
    return byGroup;
  }
}
