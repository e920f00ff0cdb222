package arignote.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ir.Graph;
import arignote.ir.Shared;
import arignote.ir.text.IrParser;
import arignote.reference.Interpreter;
import arignote.runtime.CompileOptions;
import arignote.runtime.Executable;
import arignote.runtime.Mode;
import arignote.runtime.Program;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/// A graph compiled as it is, without passes.
record Compiled(Graph graph, Executable executable) {
  static Compiled of(Graph graph, List<Shared> updated, int threads) {
    CompileOptions options =
        new CompileOptions("cpu", Mode.FAST_RUN, Set.of("all"), threads, Optional.empty(), true);
    return new Compiled(
        graph, new CpuBackend().compile(new Program("test", graph, updated), options));
  }

  static Compiled of(Graph graph) {
    return of(graph, List.of(), 1);
  }

  static Compiled parse(String text) {
    return of(IrParser.parse(text).graph());
  }

  List<HostTensor> call(HostTensor... arguments) {
    return call(List.of(arguments));
  }

  List<HostTensor> call(List<HostTensor> arguments) {
    return executable.call(arguments, Interpreter.bind(graph, arguments));
  }

  /// Calls it twice and compares with the reference.
  void assertAgrees(double tolerance, HostTensor... arguments) {
    List<HostTensor> expected = Interpreter.evaluate(graph, List.of(arguments));
    for (int call = 1; call <= 2; call++) {
      List<HostTensor> found = call(arguments);
      for (int i = 0; i < expected.size(); i++) {
        assertClose(expected.get(i), found.get(i), tolerance, "call " + call + ", result " + i);
      }
    }
  }

  static void assertClose(HostTensor expected, HostTensor found, double tolerance, String what) {
    assertEquals(expected.dtype(), found.dtype(), what);
    assertEquals(expected.shapeAsList(), found.shapeAsList(), what);
    for (long i = 0; i < expected.size(); i++) {
      double wanted = expected.getDouble(i);
      double value = found.getDouble(i);
      boolean close =
          Double.compare(wanted, value) == 0
              || Math.abs(wanted - value) <= tolerance * Math.max(1, Math.abs(wanted));
      assertTrue(close, "%s, element %d: expected %s, found %s".formatted(what, i, wanted, value));
    }
  }

  static HostTensor random(Random random, DType dtype, long... shape) {
    HostTensor tensor = HostTensor.zeros(dtype, shape);
    for (long i = 0; i < tensor.size(); i++) {
      tensor.setDouble(
          i, dtype.isFloat() ? random.nextGaussian() : random.nextInt(dtype == DType.BOOL ? 2 : 9));
    }
    return tensor;
  }
}
