package arignote.tests.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.tests.bench.contest.Chain;
import arignote.tests.bench.contest.Product;
import arignote.tests.bench.contest.Trivial;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What `tests/bench` prints of a case.
final class ScoreTest {
  private static final double[] FIGURES = {1, 2};

  private final Score score = new Score(new Chain(false));

  @Test
  void aLineForEachPeer() {
    score.add("arignote", FIGURES, new double[] {3, 1, 2});
    score.add("slow", FIGURES, new double[] {4, 4, 4});
    score.add("fast", FIGURES, new double[] {1, 1, 1});
    assertEquals(
        List.of(
            "elementwise: arignote 2.000 ms, slow 4.000 ms, ratio 0.50",
            "elementwise: arignote 2.000 ms, fast 1.000 ms, ratio 2.00"),
        score.lines());
  }

  @Test
  void noPeer() {
    score.add("arignote", FIGURES, new double[] {0.5});
    assertEquals(List.of("elementwise: arignote 0.5000 ms"), score.lines());
  }

  @Test
  void theFasterCopyIsTheLimit() {
    score.addCopy(new double[] {1.8, 1.8, 0.1});
    score.addCopy(new double[] {1.5, 9, 1});
    score.addCopy(new double[] {1.6, 1.6, 1.6});
    score.add("arignote", FIGURES, new double[] {2, 2, 1});
    score.add("torch", FIGURES, new double[] {4, 4, 4});
    assertEquals(
        List.of("elementwise: arignote 2.000 ms (75% of copy), torch 4.000 ms, ratio 0.50"),
        score.lines());
  }

  @Test
  void differentResultsAreAWarning() {
    score.add("arignote", FIGURES, new double[] {2});
    score.add("close", new double[] {1, 2.0001}, new double[] {4});
    score.add("far", new double[] {1, 2.001}, new double[] {4});
    score.add("lost", new double[] {1, Double.NaN}, new double[] {4});
    score.add("short", new double[] {1}, new double[] {4});
    assertEquals(
        List.of(
            "elementwise: arignote 2.000 ms, close 4.000 ms, ratio 0.50",
            "elementwise: arignote 2.000 ms, far 4.000 ms, ratio 0.50",
            "WARNING: elementwise: arignote computed [1.0, 2.0], far [1.0, 2.001]",
            "elementwise: arignote 2.000 ms, lost 4.000 ms, ratio 0.50",
            "WARNING: elementwise: arignote computed [1.0, 2.0], lost [1.0, NaN]",
            "elementwise: arignote 2.000 ms, short 4.000 ms, ratio 0.50",
            "WARNING: elementwise: arignote computed [1.0, 2.0], short [1.0]"),
        score.lines());
  }

  @Test
  void theTableHasWhatWasPlayed() {
    score.addCopy(new double[] {1});
    score.add("arignote", FIGURES, new double[] {2, 1, 3});
    score.add("torch", FIGURES, new double[] {4});
    Score product = new Score(new Product());
    product.add("arignote", FIGURES, new double[] {50});
    Score trivial = new Score(new Trivial());
    trivial.add("arignote", FIGURES, new double[] {0.001});
    trivial.add("other", FIGURES, new double[] {0.001});
    assertEquals(
        List.of(
            "| case | arignote, ms | of the limit | torch, ms | ratio | other, ms | ratio |",
            "|---|---|---|---|---|---|---|",
            "| elementwise | 2.000 (1.000) | 40.00 GB/s, 50% of copy | 4.000 (4.000) | 0.50 |  |  |",
            "| product | 50.00 (50.00) | 343.6 GFLOP/s, 115% of sgemm |  |  |  |  |",
            "| trivial | 0.001000 (0.001000) |  |  |  | 0.001000 (0.001000) | 1.00 |"),
        ScoreTable.lines(
            List.of(score, product, trivial),
            List.of("arignote", "torch", "other"),
            new Roofline(2, 300e9)));
  }
}
