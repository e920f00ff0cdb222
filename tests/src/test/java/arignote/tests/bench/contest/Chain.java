package arignote.tests.bench.contest;

import java.util.ArrayList;
import java.util.List;

/// A chain of 20 elementwise ops on 10^7 floats.
///
/// @param returned whether the result is a new tensor
public record Chain(boolean returned) implements Case {
  public static final int LENGTH = 10_000_000;

  private static final int ROUNDS = 4;

  /// An op with its constant.
  public enum Link {
    SCALE(0.9),
    SHIFT(0.4),
    CAP(1.1),
    DROP(0.3),
    ABSOLUTE(0);

    private final double constant;

    Link(double constant) {
      this.constant = constant;
    }

    /// What is multiplied by, added, compared with or subtracted.
    public double constant() {
      return constant;
    }
  }

  @Override
  public String name() {
    return returned ? "elementwise-returned" : "elementwise";
  }

  @Override
  public double bytes() {
    return 2.0 * LENGTH * Float.BYTES;
  }

  public float[] argument() {
    return Numbers.uniform(4000, 2, LENGTH);
  }

  public List<Link> links() {
    List<Link> links = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      links.addAll(List.of(Link.values()));
    }
    return links;
  }
}
