package arignote.backend.cpu.codegen;

import arignote.backend.cpu.kernel.Lane;
import arignote.backend.cpu.kernel.Loop;
import arignote.backend.cpu.kernel.Operand;
import arignote.backend.cpu.kernel.Stage;
import arignote.backend.cpu.kernel.Stages;
import arignote.backend.cpu.kernel.StepBuilder;
import arignote.ir.op.UnaryFn;
import arignote.tensor.DType;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;

/// Runs a little of all that kernels do with vectors.
final class WarmUp {
  private WarmUp() {}

  /// Has the JVM load the classes. When one is loaded later on, compiled code that relied on there
  /// being no other one of its kind is thrown away, that of products, say, which then start anew.
  static void loadClasses(Kernels kernels) {
    try (Arena arena = Arena.ofConfined()) {
      int lanes = Kernels.lanes(Lane.F32);
      long memory = arena.allocate(2L * lanes * Double.BYTES, 64).address();
      long[] rows = new long[FloatRows.COLUMNS_GROUP];
      Arrays.fill(rows, memory);
      FloatRows.addColumns(rows, memory, lanes);
      for (Stage stage : Stages.of(sample(), new boolean[1], true).stages()) {
        if (kernels.kernel(stage) instanceof VectorKernel kernel) {
          long[] row = {memory, memory};
          kernel.loop(row, 0, lanes, row, 1);
          kernel.tail(row, 0, 1);
          kernel.elements(row, 0, lanes);
        }
      }
    }
  }

  private static Loop sample() {
    StepBuilder steps = new StepBuilder(List.of(new Operand.Memory(DType.F32)));
    return steps.loop(List.of(steps.unary(UnaryFn.SIGMOID, DType.F32, 0)));
  }
}
