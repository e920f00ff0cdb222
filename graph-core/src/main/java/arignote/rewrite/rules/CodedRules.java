package arignote.rewrite.rules;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// The right sides in Java, by the names that rule files call them.
final class CodedRules {
  private static final List<CodedRule> ALL =
      List.of(
          new BroadcastLast(),
          new CancelProbability(),
          new CollectFactors(),
          new CollectTerms(),
          new ConcatOfConcat(),
          new ConcatOfSlices(),
          new ConcatOfTransposes(),
          new ConstantRight(),
          new FoldConstants(),
          new GatherAtConstant(),
          new GatherOfElementwise(),
          new ReduceOfBroadcast(),
          new ReduceOfOne(),
          new SliceOfBroadcast(),
          new SliceOfConcat(),
          new SliceOfElementwise(),
          new SumOfProduct());

  private CodedRules() {}

  static SortedMap<String, CodedRule> byName() {
    SortedMap<String, CodedRule> named = new TreeMap<>();
    ALL.forEach(rule -> named.put(rule.getClass().getSimpleName(), rule));
    return Collections.unmodifiableSortedMap(named);
  }
}
