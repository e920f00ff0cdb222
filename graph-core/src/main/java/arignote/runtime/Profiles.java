package arignote.runtime;

/// What the flag `profile` asks for.
final class Profiles {
  private Profiles() {}

  /// Prints a function's profile when the program ends, if it has been called by then.
  static void printAtEnd(Function function) {
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .unstarted(() -> {
                  if (function.hasRun()) {
                    System.err.println(function.profile());
                  }
                }));
  }
}
