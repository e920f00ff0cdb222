package arignote.ir;

import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// The place in the user's code that made a node: what an error at run time points to.
///
/// Passes carry sites on: nodes made in place of another take its site, see [#during].
public record Site(String className, String method, String file, int line) {
  /// Where no frame of the user's is on the stack.
  public static final Site UNKNOWN = new Site("", "", "unknown source", 0);

  private static final ScopedValue<Site> INHERITED = ScopedValue.newInstance();
  private static final StackWalker WALKER = StackWalker.getInstance();

  /// Second component of the names of the packages whose frames are not the user's.
  private static final Set<String> LIBRARY =
      Set.of(
          "tensor",
          "ir",
          "dsl",
          "rewrite",
          "plan",
          "runtime",
          "reference",
          "inspect",
          "io",
          "autodiff",
          "backend");

  /// The site to give a node made now: the inherited one inside [#during], else the innermost frame
  /// of the current thread that is outside the library.
  public static Site current() {
    if (INHERITED.isBound()) {
      return INHERITED.get();
    }
    Optional<Site> site =
        WALKER.walk(frames ->
            frames
                .filter(frame -> !isLibrary(frame.getClassName()))
                .findFirst()
                .map(frame ->
                    new Site(
                        frame.getClassName(),
                        frame.getMethodName(),
                        Optional.ofNullable(frame.getFileName()).orElse("unknown source"),
                        Math.max(0, frame.getLineNumber()))));
    return site.orElse(UNKNOWN);
  }

  /// Runs `body` so that every node it makes has this site.
  public <T> T during(Supplier<T> body) {
    return ScopedValue.where(INHERITED, this).call(body::get);
  }

  private static boolean isLibrary(String className) {
    if (className.startsWith("java.") || className.startsWith("jdk.")) {
      return true;
    }
    if (!className.startsWith("arignote.")) {
      return false;
    }
    int start = "arignote.".length();
    int end = className.indexOf('.', start);
    return end > 0 && LIBRARY.contains(className.substring(start, end));
  }

  /// `Model.java:41`.
  @Override
  public String toString() {
    return line == 0 ? file : file + ":" + line;
  }
}
