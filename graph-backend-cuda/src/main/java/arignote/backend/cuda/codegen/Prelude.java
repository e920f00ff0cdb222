package arignote.backend.cuda.codegen;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// What all kernels share.
public final class Prelude {
  /// What the text of a kernel calls it, before it has a name.
  private static final String UNNAMED = "void kernel(";

  /// How many arguments come before a kernel's own: where it says that it has started, the number
  /// of its op, and where errors are noted if it must not run after one, else 0.
  public static final int FIRST = 3;

  private final String text;

  private Prelude(String text) {
    this.text = text;
  }

  /// Reads it.
  public static Prelude read() {
    return new Prelude(read("prelude.cu") + read("together.cu"));
  }

  private static String read(String name) {
    try (InputStream resource = Prelude.class.getResourceAsStream(name)) {
      if (resource == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// All that the compiler gets for some kernels.
  ///
  /// @param kernels their texts by name
  public String source(Map<String, String> kernels) {
    StringBuilder source = new StringBuilder(text);
    kernels.forEach((name, code) ->
        source
            .append("\nnamespace ")
            .append(name)
            .append("_ {\n")
            .append(code.replace(UNNAMED, "void " + name + "("))
            .append("}\n"));
    return source.toString();
  }

  static String head(int arguments, boolean large) {
    return """
    typedef %s index;
    struct Arguments {
      i64 v[%d];
    };
    extern "C" __global__ void kernel(const Arguments a) {
      started(a.v[0], a.v[1]);
      if (a.v[2] != 0 && *(const i64 *)a.v[2] != 0) return;
    """
        .formatted(large ? "i64" : "i32", arguments + FIRST);
  }
}
