package arignote.tests.filetests;

import arignote.ir.Graph;
import arignote.reference.Interpreter;
import arignote.runtime.Backends;
import arignote.runtime.CompileOptions;
import arignote.runtime.Executable;
import arignote.runtime.Mode;
import arignote.runtime.Program;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Compares what the CPU computes with what the reference did.
final class OnCpu {
  private static final CompileOptions OPTIONS =
      new CompileOptions("cpu", Mode.FAST_RUN, Set.of(), 1, Optional.empty(), true);

  private OnCpu() {}

  static void compare(
      String name, Graph graph, List<HostTensor> inputs, List<HostTensor> expected) {
    Executable executable =
        Backends.of(OPTIONS).compile(new Program(name, graph, List.of()), OPTIONS);
    List<HostTensor> found = executable.call(inputs, Interpreter.bind(graph, inputs));
    for (int i = 0; i < expected.size(); i++) {
      if (!isClose(expected.get(i), found.get(i))) {
        throw new AssertionError(
            "%s: the reference computes%n%s%nand the CPU%n%s"
                .formatted(name, expected.get(i), found.get(i)));
      }
    }
  }

  private static boolean isClose(HostTensor expected, HostTensor found) {
    double tolerance = expected.dtype() == DType.F32 ? 1e-5 : 1e-13;
    for (long i = 0; i < expected.size(); i++) {
      double x = expected.getDouble(i);
      double y = found.getDouble(i);
      if (Double.compare(x, y) != 0 && !(Math.abs(x - y) <= tolerance * Math.max(1, Math.abs(x)))) {
        return false;
      }
    }
    return expected.shapeAsList().equals(found.shapeAsList());
  }
}
