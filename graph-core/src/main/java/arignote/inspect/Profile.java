package arignote.inspect;

import arignote.plan.Measurement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;

/// Where a function's time went: [#toString] is a table for people, [#json] all of it for programs,
/// [#folded] what flame graphs are drawn from.
///
/// @param function its name
/// @param measured what was measured
/// @param passNanos how long each pass took when the function was compiled
/// @param roofline what the machine can do at most
public record Profile(
    String function,
    Measurement.Program measured,
    SequencedMap<String, Long> passNanos,
    Roofline roofline) {
  private static final int MOST_ROWS = 25;

  /// What a machine can do at most.
  ///
  /// @param flops operations a second
  /// @param bytes bytes read and written a second in the main memory
  public record Roofline(double flops, double bytes) {
    /// The least seconds that some work can take, data from the main memory.
    double seconds(double flopsDone, double bytesMoved) {
      return Math.max(flopsDone / flops, bytesMoved / bytes);
    }
  }

  /// What several steps took together.
  ///
  /// @param name the op, kernel or source line that they have in common
  public record Row(String name, long runs, long nanos, long bytes, double flops) {
    private Row plus(Measurement step) {
      return new Row(
          name,
          runs + step.runs(),
          nanos + step.nanos(),
          bytes + step.bytes(),
          flops + step.flops());
    }
  }

  /// By op: what the nodes of the graph are.
  public List<Row> byOp() {
    return rows(Measurement::op);
  }

  /// By generated loop or library call.
  public List<Row> byKernel() {
    return rows(step -> step.kernel().isEmpty() ? step.step() : step.step() + " " + step.kernel());
  }

  /// By the user's source line.
  public List<Row> bySite() {
    return rows(step -> step.site().isEmpty() ? "(no line)" : step.site());
  }

  private List<Row> rows(Function<Measurement, String> name) {
    Map<String, Row> rows = new LinkedHashMap<>();
    for (Measurement step : measured.steps()) {
      rows.compute(
          name.apply(step),
          (key, row) -> (row == null ? new Row(key, 0, 0, 0, 0) : row).plus(step));
    }
    List<Row> sorted = new ArrayList<>(rows.values());
    sorted.sort(Comparator.comparingLong(Row::nanos).reversed().thenComparing(Row::name));
    return sorted;
  }

  /// How long all steps took.
  public long stepNanos() {
    return measured.steps().stream().mapToLong(Measurement::nanos).sum();
  }

  /// A line for each step: the loops that it is in and itself, separated by `;`, and microseconds.
  /// `flamegraph.pl` and its like draw them.
  public String folded() {
    StringBuilder text = new StringBuilder();
    for (Measurement step : measured.steps()) {
      text.append(frame(function));
      step.path().forEach(outer -> text.append(';').append(frame(outer)));
      text.append(';')
          .append(frame((step.op() + " " + step.site()).strip()))
          .append(';')
          .append(frame((step.step() + " " + step.kernel()).strip()))
          .append(' ')
          .append(Math.round(step.nanos() / 1e3))
          .append('\n');
    }
    return text.toString();
  }

  private static String frame(String name) {
    return name.replace(';', ',').replace('\n', ' ');
  }

  /// Everything as JSON.
  public String json() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("function", function);
    all.put("calls", measured.calls());
    all.put("nanos", measured.nanos());
    all.put("preparations", measured.preparations());
    all.put("preparation_nanos", measured.preparationNanos());
    all.put("peak_memory", measured.memory());
    all.put("roofline_flops", roofline.flops());
    all.put("roofline_bytes", roofline.bytes());
    all.put("passes", passNanos);
    all.put("ops", rowsOf(byOp()));
    all.put("kernels", rowsOf(byKernel()));
    all.put("sites", rowsOf(bySite()));
    List<Object> steps = new ArrayList<>();
    for (Measurement step : measured.steps()) {
      Map<String, Object> each = new LinkedHashMap<>();
      each.put("path", step.path());
      each.put("op", step.op());
      each.put("step", step.step());
      each.put("kernel", step.kernel());
      each.put("site", step.site());
      each.put("runs", step.runs());
      each.put("nanos", step.nanos());
      each.put("bytes", step.bytes());
      each.put("flops", step.flops());
      steps.add(each);
    }
    all.put("steps", steps);
    StringBuilder text = new StringBuilder();
    Json.write(all, text);
    return text.toString();
  }

  private List<Object> rowsOf(List<Row> rows) {
    List<Object> written = new ArrayList<>();
    for (Row row : rows) {
      Map<String, Object> each = new LinkedHashMap<>();
      each.put("name", row.name());
      each.put("runs", row.runs());
      each.put("nanos", row.nanos());
      each.put("bytes", row.bytes());
      each.put("flops", row.flops());
      each.put("roofline_share", share(row));
      written.add(each);
    }
    return written;
  }

  private double share(Row row) {
    return row.nanos() == 0
        ? 0
        : roofline.seconds(row.flops(), (double) row.bytes()) / (row.nanos() / 1e9);
  }

  /// The table: a call on the average, by op, kernel and source line, and the compilation.
  @Override
  public String toString() {
    double calls = Math.max(1, measured.calls());
    StringBuilder text = new StringBuilder();
    text.append(
        "profile @%s: %d calls, %.3f ms each, %.3f ms of it in steps; at most %d bytes between steps%n"
            .formatted(
                function,
                measured.calls(),
                measured.nanos() / 1e6 / calls,
                stepNanos() / 1e6 / calls,
                measured.memory()));
    text.append(
        "machine: %.0f GFLOP/s, %.1f GB/s; roofline is the share of what that allows, above 100%% for data in caches%n"
            .formatted(roofline.flops() / 1e9, roofline.bytes() / 1e9));
    table("op", byOp(), text);
    table("kernel", byKernel(), text);
    table("line", bySite(), text);
    compilation(text);
    return text.toString();
  }

  private void table(String what, List<Row> rows, StringBuilder text) {
    double calls = Math.max(1, measured.calls());
    double all = Math.max(1, stepNanos());
    text.append(
        "%n%-36s %8s %6s %9s %9s %9s %8s %9s%n"
            .formatted(
                what, "ms/call", "share", "runs/call", "MB/call", "GFLOP/s", "GB/s", "roofline"));
    for (Row row : rows.subList(0, Math.min(MOST_ROWS, rows.size()))) {
      double seconds = Math.max(1, row.nanos()) / 1e9;
      text.append(
          "%-36s %8.3f %5.1f%% %9.1f %9.3f %9.2f %8.2f %8.0f%%%n"
              .formatted(
                  row.name(),
                  row.nanos() / 1e6 / calls,
                  100.0 * row.nanos() / all,
                  row.runs() / calls,
                  row.bytes() / 1e6 / calls,
                  row.flops() / seconds / 1e9,
                  row.bytes() / seconds / 1e9,
                  100 * share(row)));
    }
    if (rows.size() > MOST_ROWS) {
      text.append("... and %d more%n".formatted(rows.size() - MOST_ROWS));
    }
  }

  private void compilation(StringBuilder text) {
    long passes = passNanos.values().stream().mapToLong(Long::longValue).sum();
    text.append(
        "%ncompilation: %.1f ms in passes, %.1f ms for %d sets of lengths%n"
            .formatted(passes / 1e6, measured.preparationNanos() / 1e6, measured.preparations()));
    passNanos.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .filter(pass -> pass.getValue() >= passes / 100)
        .forEach(pass ->
            text.append("  %-34s %8.1f ms%n".formatted(pass.getKey(), pass.getValue() / 1e6)));
  }
}
