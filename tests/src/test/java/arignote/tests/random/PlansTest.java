package arignote.tests.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ir.Graph;
import arignote.plan.Plan;
import arignote.runtime.CompileOptions;
import arignote.runtime.Function;
import arignote.runtime.Mode;
import arignote.runtime.UnusedInput;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Plans of random graphs on the CPU: what they say about memory holds together.
///
/// `-Drandom.seed` is the seed of the first graph; each graph's seed is one more than that of the
/// one before it, and a failure names it.
class PlansTest {
  private static final long FIRST = Long.getLong("random.seed", 0);
  private static final long GRAPHS = 150;
  private static final Map<String, Long> LENGTHS = Map.of("T", 4L, "B", 3L);
  private static final Pattern BUFFER = Pattern.compile("\\bm\\d+\\b");

  private static Plan plan(long seed, Mode mode) {
    Graph graph = RandomGraphTest.withGradients(RandomGraphs.make(seed));
    return Function.compile()
        .inputs(graph.inputs())
        .outputs(graph.outputs())
        .onUnusedInput(UnusedInput.IGNORE)
        .options(new CompileOptions("cpu", mode, Set.of(), 1, Optional.empty(), true))
        .build("random" + seed)
        .plan(LENGTHS);
  }

  @Test
  void buffersThatAreInUseAtOnceDoNotOverlap() {
    System.out.println("plans of random graphs from the seed " + FIRST + " on");
    int reused = 0;
    for (long seed = FIRST; seed < FIRST + GRAPHS; seed++) {
      Plan plan = plan(seed, Mode.FAST_RUN);
      List<Plan.Buffer> own =
          plan.buffers().stream().filter(buffer -> buffer.offset().isPresent()).toList();
      for (Plan.Buffer buffer : own) {
        assertTrue(
            buffer.offset().getAsLong() + buffer.bytes() <= plan.memory(),
            buffer + " lies outside, seed " + seed);
      }
      Map<String, Set<String>> clashes = new HashMap<>();
      findClashes(plan.steps(), clashes);
      for (Plan.Buffer x : own) {
        for (Plan.Buffer y : own) {
          boolean overlap =
              x != y
                  && x.offset().getAsLong() < y.offset().getAsLong() + y.bytes()
                  && y.offset().getAsLong() < x.offset().getAsLong() + x.bytes();
          reused += overlap ? 1 : 0;
          if (overlap && clashes.getOrDefault(x.name(), Set.of()).contains(y.name())) {
            throw new AssertionError("seed %d: %s and %s\n%s".formatted(seed, x, y, plan));
          }
        }
      }
    }
    assertTrue(reused > 0, "no memory is used twice in any of the graphs");
  }

  /// From which step on, and up to which, a buffer is used.
  private record Use(int first, int last) {
    boolean overlaps(Use other) {
      return first <= other.last && other.first <= last;
    }
  }

  /// Finds which buffers are in use at once, from the first of some steps that mentions one to the
  /// last; returns all that they mention.
  private static Set<String> findClashes(List<Plan.Step> steps, Map<String, Set<String>> clashes) {
    Map<String, Use> uses = new HashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      int step = i;
      for (String name : mentioned(steps.get(i), clashes)) {
        uses.merge(name, new Use(step, step), (before, _) -> new Use(before.first, step));
      }
    }
    uses.forEach((x, useOfX) ->
        uses.forEach((y, useOfY) -> {
          // Those that only the steps inside of one step use have been compared there.
          boolean isInside =
              useOfX.equals(useOfY)
                  && useOfX.first == useOfX.last
                  && !steps.get(useOfX.first).parts().isEmpty();
          if (useOfX.overlaps(useOfY) && !isInside) {
            clash(x, y, clashes);
          }
        }));
    return uses.keySet();
  }

  private static void clash(String x, String y, Map<String, Set<String>> clashes) {
    if (!x.equals(y)) {
      clashes.computeIfAbsent(x, _ -> new HashSet<>()).add(y);
      clashes.computeIfAbsent(y, _ -> new HashSet<>()).add(x);
    }
  }

  private static Set<String> mentioned(Plan.Step step, Map<String, Set<String>> clashes) {
    Set<String> names = new HashSet<>();
    step.reads().forEach(read -> names.add(read.buffer().name()));
    step.writes().forEach(write -> names.add(write.buffer().name()));
    for (Plan.Part part : step.parts()) {
      names.addAll(findClashes(part.steps(), clashes));
      for (String fact : part.facts()) {
        BUFFER.matcher(fact).results().map(MatchResult::group).forEach(names::add);
      }
    }
    return names;
  }

  @Test
  void plansAreTheSameEveryTimeAndHaveTheKernelsTheyName() {
    for (long seed = FIRST; seed < FIRST + 10; seed++) {
      Plan plan = plan(seed, Mode.FAST_RUN);
      assertEquals(plan.toString(), plan(seed, Mode.FAST_RUN).toString(), "seed " + seed);
      assertEquals(
          Set.copyOf(plan.kernels().keySet()), kernels(plan.steps()), "kernels, seed " + seed);
    }
  }

  @Test
  void theReferenceDescribesItsNodes() {
    for (long seed = FIRST; seed < FIRST + 10; seed++) {
      Plan plan = plan(seed, Mode.REFERENCE);
      assertTrue(
          plan.steps().size()
              == RandomGraphTest.withGradients(RandomGraphs.make(seed)).applies().size(),
          "seed " + seed);
    }
  }

  private static Set<String> kernels(List<Plan.Step> steps) {
    Set<String> names = new HashSet<>();
    for (Plan.Step step : steps) {
      step.kernel().ifPresent(names::add);
      step.parts().forEach(part -> names.addAll(kernels(part.steps())));
    }
    return names;
  }
}
