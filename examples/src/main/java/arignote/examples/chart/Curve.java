package arignote.examples.chart;

/// A line through points.
///
/// @param name for the legend
/// @param x ascending
/// @param y as many
public record Curve(String name, double[] x, double[] y) {
  public Curve {
    if (x.length != y.length) {
      throw new IllegalArgumentException(x.length + " x, but " + y.length + " y");
    }
  }
}
