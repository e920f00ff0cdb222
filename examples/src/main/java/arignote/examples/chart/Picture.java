package arignote.examples.chart;

import arignote.io.WholeFile;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGraphics2D;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.w3c.dom.Document;

/// Charts one below the other. Files are there as a whole or not at all.
public record Picture(List<Chart> charts) {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 380;

  public Picture {
    charts = List.copyOf(charts);
  }

  /// Writes a file, as SVG if its name ends with `.svg`, else as PNG.
  ///
  /// @throws IOException if it cannot be written, or this machine cannot draw
  public void write(Path file) throws IOException {
    // Nothing is shown, only written; without this, Java looks for a display.
    System.setProperty("java.awt.headless", "true");
    try {
      WholeFile.write(file, file.toString().endsWith(".svg") ? this::writeSvg : this::writePng);
    } catch (LinkageError | InternalError | RuntimeException e) {
      // What Java throws where it finds no fonts, or no library to draw them with.
      throw new IOException("this machine cannot draw: " + e, e);
    }
  }

  private void writePng(OutputStream out) throws IOException {
    BufferedImage image =
        new BufferedImage(WIDTH, HEIGHT * charts.size(), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    paint(graphics);
    graphics.dispose();
    ImageIO.write(image, "png", out);
  }

  private void writeSvg(OutputStream out) throws IOException {
    SVGGraphics2D graphics = new SVGGraphics2D(emptyDocument());
    graphics.setSVGCanvasSize(new Dimension(WIDTH, HEIGHT * charts.size()));
    paint(graphics);
    Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    graphics.stream(writer, true);
    writer.flush();
  }

  /// What the nodes of the picture are made by.
  private static Document emptyDocument() throws IOException {
    try {
      return DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().newDocument();
    } catch (ParserConfigurationException e) {
      throw new IOException("this machine has no XML", e);
    }
  }

  private void paint(Graphics2D graphics) {
    for (int i = 0; i < charts.size(); i++) {
      Graphics2D below = (Graphics2D) graphics.create(0, i * HEIGHT, WIDTH, HEIGHT);
      drawn(charts.get(i)).paint(below, WIDTH, HEIGHT);
      below.dispose();
    }
  }

  private XYChart drawn(Chart chart) {
    XYChart drawn =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(chart.title())
            .xAxisTitle(chart.x())
            .yAxisTitle(chart.y())
            .build();
    drawn.getStyler().setYAxisLogarithmic(chart.logarithmic());
    drawn.getStyler().setXAxisMin(0.0);
    drawn.getStyler().setXAxisMax(lastX());
    if (!chart.logarithmic()) {
      drawn.getStyler().setYAxisMin(0.0);
    }
    drawn.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    drawn.getStyler().setChartBackgroundColor(Color.WHITE);
    for (Curve curve : chart.curves()) {
      if (curve.x().length > 0) {
        XYSeries series = drawn.addSeries(curve.name(), curve.x(), curve.y());
        // A single point makes no line.
        series.setMarker(curve.x().length == 1 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
      }
    }
    return drawn;
  }

  /// Where all charts end, so that what lies one below the other belongs together.
  private double lastX() {
    return charts.stream()
        .flatMap(chart -> chart.curves().stream())
        .flatMapToDouble(curve -> Arrays.stream(curve.x()))
        .reduce(1, Math::max);
  }
}
