package arignote.runtime;

import arignote.ir.Graph;
import arignote.ir.GraphException;
import arignote.ir.GraphVerifier;
import arignote.ir.Site;
import arignote.rewrite.Pipelines;
import arignote.rewrite.RewriteLog;
import java.util.List;
import java.util.Optional;

/// What a function is compiled from.
///
/// @param program as it was written, before any pass
record Definition(Program program, List<String> outputNames, CompileOptions options) {
  Definition {
    outputNames = List.copyOf(outputNames);
  }

  /// @throws GraphException if the graph is not well formed
  /// @throws DeviceException if the device cannot be used
  Function compile() {
    Graph graph = program.graph();
    try {
      GraphVerifier.verify(graph);
    } catch (GraphException e) {
      throw new GraphException(
          "function \"%s\": %s (%s)".formatted(program.name(), e.getMessage(), Site.current()));
    }
    Backend backend = Backends.of(options);
    backend.announce();
    RewriteLog log = new RewriteLog();
    Program optimised =
        program.withGraph(Pipelines.of(options).run(program.name(), graph, options, log));
    Executable executable =
        switch (options.mode()) {
          case FAST_RUN, FAST_COMPILE, REFERENCE -> backend.compile(optimised, options);
          case DEBUG -> new DebuggedExecutable(optimised, backend, options);
          case NAN_GUARD -> new GuardedExecutable(program, optimised, backend, options);
        };
    Function function = new Function(this, optimised, executable, log.nanos());
    if (options.profile() && Flags.current().options().profile()) {
      Profiles.printAtEnd(function);
    }
    return function;
  }

  /// What the passes do, which run once more for that.
  RewriteLog history() {
    RewriteLog log = RewriteLog.recording();
    CompileOptions quiet =
        new CompileOptions(
            options.device(),
            options.mode(),
            options.without(),
            options.threads(),
            Optional.empty(),
            false);
    Pipelines.of(quiet).run(program.name(), program.graph(), quiet, log);
    return log;
  }
}
