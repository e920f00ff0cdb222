package arignote.tests.bench.contest;

/// `x + 1` for one element: what a call costs.
public record Trivial() implements Case {
  @Override
  public String name() {
    return "trivial";
  }

  public float[] argument() {
    return new float[] {41};
  }
}
