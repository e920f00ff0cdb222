package arignote.backend.cpu;

import arignote.backend.cpu.blas.Blas;
import arignote.backend.cpu.codegen.Kernels;
import arignote.backend.cpu.kernel.NodeLoop;
import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.op.Fused;
import arignote.ir.op.Scan;
import arignote.plan.IndependentRows;
import arignote.rewrite.passes.FuseElementwise;
import arignote.runtime.DeviceException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// What the preparation of instructions needs besides graphs and lengths.
final class Toolbox {
  private final Kernels kernels;
  private final Workers workers;
  private final Supplier<Blas> blas;
  private final int threads;
  private final Map<Apply, NodeLoop> loops = Collections.synchronizedMap(new IdentityHashMap<>());

  private final Map<Graph, Graph> apart = Collections.synchronizedMap(new IdentityHashMap<>());
  private final Map<Apply, Optional<IndependentRows>> independentRows =
      Collections.synchronizedMap(new IdentityHashMap<>());

  private final Optional<Profiler> profiler;

  /// @param blas loads it, or has it already
  /// @param profiler who times instructions, if that is asked for
  Toolbox(
      Kernels kernels,
      Workers workers,
      Supplier<Blas> blas,
      int threads,
      Optional<Profiler> profiler) {
    this.profiler = profiler;
    this.kernels = kernels;
    this.workers = workers;
    this.blas = blas;
    this.threads = threads;
  }

  Kernels kernels() {
    return kernels;
  }

  Workers workers() {
    return workers;
  }

  /// @throws DeviceException if OpenBLAS cannot be loaded
  Blas blas() {
    return blas.get();
  }

  Optional<Profiler> profiler() {
    return profiler;
  }

  int threads() {
    return threads;
  }

  /// The loops and reductions that a fused node was made of, each a node.
  Graph apart(Fused fused) {
    return apart.computeIfAbsent(fused.body(), new FuseElementwise()::apply);
  }

  /// The independent rows of a scan, which do not depend on lengths either.
  Optional<IndependentRows> independentRows(Apply apply, Scan scan) {
    return independentRows.computeIfAbsent(apply, _ -> IndependentRows.of(scan));
  }

  /// The node of the program that a node is: itself, or what a part of a loop's rows was made of.
  Apply original(Apply node) {
    synchronized (independentRows) {
      return independentRows.values().stream()
          .flatMap(Optional::stream)
          .flatMap(rows -> rows.original(node).stream())
          .findFirst()
          .orElse(node);
    }
  }

  /// The loop of an elementwise node, which does not depend on lengths.
  NodeLoop loop(Apply apply) {
    return loops.computeIfAbsent(apply, NodeLoop::of);
  }
}
