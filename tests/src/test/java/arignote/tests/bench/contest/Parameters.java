package arignote.tests.bench.contest;

import java.util.ArrayList;
import java.util.List;

/// The values that the tutorial's model starts with, matrices row by row. They are larger than the
/// tutorial's so that all gradients are of usual sizes.
///
/// @param embedding `[10000,D]`
/// @param gates in the order of [Cell#gates]
/// @param headW `[D,2]`
/// @param headB `[2]`
public record Parameters(float[] embedding, List<Gate> gates, float[] headW, float[] headB) {
  public static final int WORDS = 10_000;
  public static final int LABELS = 2;

  private static final long SEED = 1000;

  /// One gate of the layer: `x W + h U + b`.
  ///
  /// @param w `[D,D]`
  /// @param u `[D,D]`
  /// @param b `[D]`
  public record Gate(float[] w, float[] u, float[] b) {}

  static Parameters of(Cell cell, int units) {
    double bound = 1 / Math.sqrt(units);
    long seed = SEED;
    float[] embedding = Numbers.uniform(seed++, 0.5, WORDS * units);
    List<Gate> gates = new ArrayList<>();
    for (int i = 0; i < cell.gates().size(); i++) {
      gates.add(
          new Gate(
              Numbers.uniform(seed++, bound, units * units),
              Numbers.uniform(seed++, bound, units * units),
              Numbers.uniform(seed++, bound, units)));
    }
    float[] headW = Numbers.uniform(seed++, bound, units * LABELS);
    float[] headB = Numbers.uniform(seed, bound, LABELS);
    return new Parameters(embedding, gates, headW, headB);
  }
}
