package arignote.examples.chart;

import java.util.List;

/// Curves over one pair of axes.
///
/// @param x what the horizontal axis shows
/// @param y what the vertical axis shows
/// @param logarithmic whether the vertical axis goes by powers of ten
public record Chart(String title, String x, String y, boolean logarithmic, List<Curve> curves) {
  public Chart {
    curves = List.copyOf(curves);
  }
}
