package arignote.tests.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// All scores as a table in Markdown: medians with the fastest sample behind them, how near
/// Arignote is to what the machine can do, and its time as a part of each peer's.
final class ScoreTable {
  private ScoreTable() {}

  static List<String> lines(List<Score> scores, List<String> contenders, Roofline roofline) {
    String own = contenders.getFirst();
    List<String> peers = contenders.subList(1, contenders.size());
    List<String> header = new ArrayList<>(List.of("case", own + ", ms", "of the limit"));
    for (String peer : peers) {
      header.addAll(List.of(peer + ", ms", "ratio"));
    }
    List<String> lines = new ArrayList<>();
    lines.add(row(header));
    lines.add("|---".repeat(header.size()) + "|");
    for (Score score : scores) {
      List<String> cells = new ArrayList<>();
      cells.add(score.subject().name());
      cells.add(time(score, own));
      cells.add(share(score, own, roofline));
      for (String peer : peers) {
        boolean played = score.has(peer);
        cells.add(played ? time(score, peer) : "");
        cells.add(
            played
                ? String.format(Locale.ROOT, "%.2f", score.median(own) / score.median(peer))
                : "");
      }
      lines.add(row(cells));
    }
    return lines;
  }

  private static String row(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |";
  }

  private static String time(Score score, String contender) {
    return String.format(
        Locale.ROOT, "%.4g (%.4g)", score.median(contender), score.fastest(contender));
  }

  private static String share(Score score, String own, Roofline roofline) {
    double perSecond = 1e3 / score.median(own);
    double flops = score.subject().flops() * perSecond;
    double bytes = score.subject().bytes() * perSecond;
    if (flops > 0) {
      return limit(flops, "GFLOP/s", flops / roofline.gemmFlops(), "sgemm");
    }
    return score.shareOfCopy(own).stream()
        .mapToObj(share -> limit(bytes, "GB/s", share, "copy"))
        .collect(Collectors.joining());
  }

  private static String limit(double perSecond, String unit, double share, String of) {
    return String.format(
        Locale.ROOT, "%.4g %s, %.0f%% of %s", perSecond / 1e9, unit, 100 * share, of);
  }
}
