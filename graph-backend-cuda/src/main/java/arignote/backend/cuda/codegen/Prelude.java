package arignote.backend.cuda.codegen;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// What all kernels share.
public final class Prelude {
  /// The name of every kernel; there is one in a module.
  public static final String KERNEL = "kernel";

  /// How many arguments come before a kernel's own: where it says that it has started, the number
  /// of its op, and where errors are noted if it must not run after one, else 0.
  public static final int FIRST = 3;

  private final String text;

  private Prelude(String text) {
    this.text = text;
  }

  /// Reads it.
  public static Prelude read() {
    try (InputStream resource = Prelude.class.getResourceAsStream("prelude.cu")) {
      if (resource == null) {
        throw new IllegalStateException("prelude.cu is not on the class path");
      }
      return new Prelude(new String(resource.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// All that the compiler gets for a kernel.
  public String source(String code) {
    return text + "\n" + code;
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
