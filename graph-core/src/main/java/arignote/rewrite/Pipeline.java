package arignote.rewrite;

import arignote.ir.Graph;
import arignote.ir.GraphException;
import arignote.ir.GraphVerifier;
import arignote.rewrite.rules.ApplyRules;
import arignote.runtime.CompileOptions;
import java.util.List;

/// Passes in the order in which they run.
public record Pipeline(List<Pass> passes) {
  public Pipeline {
    passes = List.copyOf(passes);
  }

  /// The graph after all passes but those that the options switch off, verified and dumped in
  /// between as they say.
  ///
  /// @param name the function's name, for dumps
  /// @throws GraphException if a pass made a graph that is not well formed, naming the pass
  public Graph run(String name, Graph graph, CompileOptions options) {
    return run(name, graph, options, new RewriteLog());
  }

  /// The same, noting in a log what passes and rules do.
  ///
  /// @throws GraphException if a pass made a graph that is not well formed, naming the pass
  public Graph run(String name, Graph graph, CompileOptions options, RewriteLog log) {
    GraphDumper dumper = new GraphDumper(name, options.dump());
    dumper.write("input", graph);
    Graph rewritten = graph;
    for (Pass pass : passes) {
      if (options.without().contains(pass.name())) {
        continue;
      }
      Graph before = rewritten;
      long start = System.nanoTime();
      rewritten = logging(pass, log).apply(before);
      log.ran(pass.name(), before, rewritten, System.nanoTime() - start);
      if (options.verify()) {
        verify(pass, rewritten);
      }
      dumper.write(pass.name(), rewritten);
    }
    return rewritten;
  }

  private static Pass logging(Pass pass, RewriteLog log) {
    return pass instanceof ApplyRules rules ? rules.loggingTo(log) : pass;
  }

  private static void verify(Pass pass, Graph graph) {
    try {
      GraphVerifier.verify(graph);
    } catch (GraphException e) {
      throw new GraphException("after the pass " + pass.name() + ": " + e.getMessage());
    }
  }
}
