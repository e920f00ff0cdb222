package arignote.tests.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.backend.cuda.CudaBackend;
import arignote.ir.Apply;
import arignote.ir.Bindings;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.reference.Interpreter;
import arignote.runtime.Executable;
import arignote.runtime.Program;
import arignote.tensor.HostTensor;
import arignote.tests.ops.BackendComparison;
import arignote.tests.ops.Tolerance;
import java.util.List;
import java.util.Optional;

/// A node of inputs, by itself on the GPU as it is.
record NodeOnGpu(Apply apply, Executable executable) {
  static NodeOnGpu of(Apply apply) {
    List<Input> inputs = apply.operands().stream().map(Input.class::cast).toList();
    Graph graph = new Graph(inputs, List.of(apply.result()));
    return new NodeOnGpu(
        apply,
        new CudaBackend()
            .compile(
                new Program(apply.op().mnemonic(), graph, List.of()),
                BackendComparison.options("gpu")));
  }

  List<HostTensor> call(List<HostTensor> inputs) {
    return executable.call(inputs, new Bindings());
  }

  String plan() {
    return executable.plan(new Bindings()).toString();
  }

  void assertAsTheReference(Tolerance tolerance, List<HostTensor> inputs) {
    List<HostTensor> found = call(inputs);
    List<HostTensor> expected = Interpreter.apply(apply, inputs, new Bindings());
    assertEquals(Optional.empty(), BackendComparison.mismatch(tolerance, expected, found));
  }

  /// @param seed of the random order
  void assertSameBitsInAnyOrderOfThreads(long seed, List<HostTensor> inputs) {
    StandIn device = StandIn.install();
    List<HostTensor> forward = call(inputs);
    for (StandIn.Order order : List.of(StandIn.Order.REVERSE, StandIn.Order.RANDOM)) {
      device.order(order, seed);
      assertEquals(
          Optional.empty(), BackendComparison.mismatch(Tolerance.EXACT, forward, call(inputs)));
    }
  }
}
