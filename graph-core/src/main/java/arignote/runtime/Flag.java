package arignote.runtime;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// The flags: each a system property, `-Dfloatx=float32`, or part of the environment variable
/// `ARIGNOTE_FLAGS="floatx=float32,device=gpu"`, over which a property wins.
public enum Flag {
  FLOATX("float32, float64", "float32", "dtype of floating literals, inputs and parameters"),
  DEVICE("cpu, gpu, gpu0, gpu1, ...", "cpu", "what functions run on"),
  MODE(
      "fast_run, fast_compile, debug, nan_guard, reference",
      "fast_run",
      "all passes; only those that pay at once; all, each node compared with the reference; all, the op found that made a NaN; none, run by the reference interpreter"),
  WITHOUT("names, separated by ':' or ','; all", "", "passes and rules that are switched off"),
  THREADS("1, 2, ...", "number of processors", "CPU threads of one call"),
  DUMP("a folder", "", "where to write the graph after each pass"),
  VERIFY("true, false", "false", "whether graphs are verified after each pass"),
  PROFILE("true, false", "false", "whether calls are measured; the table is printed at the end"),
  SEED("a whole number", "123", "seed of initial values, shuffles and random streams");

  private final String allowed;
  private final String standard;
  private final String description;

  Flag(String allowed, String standard, String description) {
    this.allowed = allowed;
    this.standard = standard;
    this.description = description;
  }

  /// The name of the property, in lower case.
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The values that are allowed, for people.
  public String allowed() {
    return allowed;
  }

  /// The value where none is given; empty for none.
  public String standard() {
    return standard;
  }

  public String description() {
    return description;
  }

  /// All flags as a table for `--help`.
  public static String help() {
    return Arrays.stream(values())
        .map(flag ->
            "  -D%-12s %-34s %s%s"
                .formatted(
                    flag.key() + "=",
                    flag.allowed,
                    flag.description,
                    flag.standard.isEmpty() ? "" : " [" + flag.standard + "]"))
        .collect(Collectors.joining("\n"));
  }
}
