package arignote.examples.imdb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.examples.chart.Curve;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LearningHistoryTest {
  @TempDir Path folder;

  private static LearningHistory history(int updates) {
    LearningHistory history = new LearningHistory();
    for (int update = 1; update <= updates; update++) {
      history.addCost(update);
      if (update % 1000 == 0) {
        history.addErrors(new Errors(0.1, 0.2, update / 1e4));
      }
    }
    return history;
  }

  @Test
  void tablesAreTheWholeHistory() {
    LearningHistory history = history(3500);
    LearningHistory copy = LearningHistory.of(history.costTable(), history.errorTable());
    assertEquals(3500, copy.updates());
    assertEquals(history.validations(), copy.validations());
    assertEquals(3000, copy.validations().getLast().update());
    assertTrue(history.costTable().sameAs(copy.costTable()));
    copy.addCost(7);
    assertEquals(7, copy.cost(3500));
    assertEquals(
        0,
        LearningHistory.of(new LearningHistory().costTable(), new LearningHistory().errorTable())
            .updates());
  }

  /// 3,500 costs in 200 points at most: the first, and windows of 18, 194 of them full.
  @Test
  void costsAreMeansOfWindows() {
    List<Curve> curves =
        LearningCurves.of(history(3500)).charts().stream()
            .flatMap(chart -> chart.curves().stream())
            .toList();
    Curve costs = curves.getFirst();
    assertEquals(1 + 194, costs.x().length);
    assertEquals(1, costs.x()[0]);
    assertEquals(1, costs.y()[0]);
    assertEquals(18, costs.x()[1]);
    assertEquals(9.5, costs.y()[1]);
    assertEquals(194 * 18, costs.x()[194]);
    assertEquals(194 * 18 - 8.5, costs.y()[194], 1e-9);
    assertEquals(
        List.of("train", "train", "valid", "test"), curves.stream().map(Curve::name).toList());
    assertArrayEquals(new double[] {1000, 2000, 3000}, curves.getLast().x());
    assertArrayEquals(new double[] {0.1, 0.2, 0.3}, curves.getLast().y());
  }

  /// Pictures of every length of a history, also of none.
  @Test
  void picturesAreImages() throws Exception {
    for (int updates : new int[] {0, 1, 1001}) {
      Path png = folder.resolve("c.png");
      Path svg = folder.resolve("c.svg");
      LearningCurves.of(history(updates)).write(png);
      LearningCurves.of(history(updates)).write(svg);
      var image = ImageIO.read(png.toFile());
      assertEquals(900, image.getWidth());
      assertEquals(760, image.getHeight());
      int[] colours = image.getRGB(0, 0, 900, 760, null, 0, 900);
      assertTrue(Arrays.stream(colours).distinct().count() > 10, "something is drawn");
      var root =
          DocumentBuilderFactory.newDefaultInstance()
              .newDocumentBuilder()
              .parse(withoutDoctype(svg))
              .getDocumentElement();
      assertEquals("svg", root.getTagName());
      assertTrue(root.getElementsByTagName("path").getLength() > 10);
    }
  }

  /// The parser would look for the document type on the Internet.
  private File withoutDoctype(Path svg) throws IOException {
    String text = Files.readString(svg).replaceFirst("<!DOCTYPE[^>]*>", "");
    return Files.writeString(folder.resolve("plain.svg"), text).toFile();
  }

  @Test
  void resumableNumbersAreThoseOfTheJavaPlatform() {
    Random java = new Random(-77);
    ResumableRandom own = ResumableRandom.of(-77);
    for (int i = 0; i < 100; i++) {
      assertEquals(java.nextLong(), own.nextLong());
      assertEquals(java.nextInt(17), own.nextInt(17));
      own = ResumableRandom.inState(own.state());
      assertEquals(java.nextDouble(), own.nextDouble());
    }
  }
}
