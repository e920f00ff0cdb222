package arignote.rewrite;

import arignote.ir.Site;
import arignote.rewrite.passes.FoldConstants;
import arignote.rewrite.passes.FuseElementwise;
import arignote.rewrite.passes.FuseReductions;
import arignote.rewrite.passes.InlineCustomOps;
import arignote.rewrite.passes.MergeDots;
import arignote.rewrite.passes.MergeDuplicates;
import arignote.rewrite.passes.MergeSums;
import arignote.rewrite.passes.PruneConds;
import arignote.rewrite.rules.ApplyRules;
import arignote.rewrite.scan.HoistInvariants;
import arignote.rewrite.scan.MergeParallelScans;
import arignote.rewrite.scan.MergeScans;
import arignote.rewrite.scan.PruneScans;
import arignote.rewrite.scan.PullReductions;
import arignote.rewrite.scan.PushOutOutputs;
import arignote.rewrite.scan.PushOutSequences;
import arignote.rewrite.scan.SaveReadSteps;
import arignote.rewrite.scan.SinkBroadcasts;
import arignote.runtime.CompileOptions;
import arignote.runtime.FlagException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The pipelines, each one ordered list.
public final class Pipelines {
  /// Scans are merged before any pass rebuilds bodies: it tells them by the identity of nodes.
  /// Products are merged before they leave loops, so that each loop is left by one; what leaves as
  /// a sum over steps is stacked by then in one piece.
  private static final List<Pass> FAST_RUN =
      List.of(
          new MergeScans(),
          InlineCustomOps.keepingProbes(),
          // Scans that were in custom ops.
          new MergeScans(),
          new MergeDuplicates(),
          new PruneConds(),
          new PruneScans(),
          new FoldConstants(),
          new PruneConds(),
          // First what loses digits: its forms are known as they are written, with slices outside.
          ApplyRules.of("stabilize"),
          ApplyRules.of("canonicalize"),
          new MergeDuplicates(),
          new SinkBroadcasts(),
          new MergeDots(),
          new MergeDuplicates(),
          new HoistInvariants(),
          new PushOutSequences(),
          new PullReductions(),
          new PushOutOutputs(),
          // What the last two stacked may depend on sequences only.
          new PushOutSequences(),
          new SaveReadSteps(),
          new MergeParallelScans(),
          new SinkBroadcasts(),
          new MergeSums(),
          new MergeDuplicates(),
          new PruneConds(),
          new PruneScans(),
          ApplyRules.of("canonicalize"),
          ApplyRules.of("specialize"),
          new MergeDuplicates(),
          new FuseElementwise(),
          new FuseReductions());

  private static final List<Pass> FAST_COMPILE =
      List.of(
          new MergeScans(),
          InlineCustomOps.keepingProbes(),
          new FuseElementwise(),
          new FuseReductions());

  private Pipelines() {}

  /// The pipeline of the options' mode, without the passes and rules that they switch off; none of
  /// it if `without` says `all`.
  ///
  /// @throws FlagException if `without` names neither a pass nor a rule
  public static Pipeline of(CompileOptions options) {
    checkNames(options.without());
    if (options.without().contains("all")) {
      return new Pipeline(List.of());
    }
    List<Pass> passes =
        switch (options.mode()) {
          case FAST_RUN, DEBUG, NAN_GUARD -> FAST_RUN;
          case FAST_COMPILE -> FAST_COMPILE;
          case REFERENCE -> List.of();
        };
    return new Pipeline(
        passes.stream()
            .map(pass -> pass instanceof ApplyRules rules ? rules.without(options.without()) : pass)
            .toList());
  }

  private static void checkNames(Set<String> without) {
    Set<String> unknown = new TreeSet<>(without);
    unknown.remove("all");
    for (Pass pass : FAST_RUN) {
      unknown.remove(pass.name());
      if (pass instanceof ApplyRules rules) {
        rules.rules().forEach(rule -> unknown.remove(rule.name()));
      }
    }
    if (!unknown.isEmpty()) {
      throw new FlagException(
          "flag without: no pass or rule is named %s; the passes are %s; all switches off every one (%s)"
              .formatted(
                  unknown, FAST_RUN.stream().map(Pass::name).distinct().toList(), Site.current()));
    }
  }
}
