package arignote.backend.cpu.codegen;

import arignote.backend.cpu.kernel.Loop;
import arignote.backend.cpu.kernel.Stage;
import arignote.backend.cpu.kernel.Stages;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.stream.Stream;

/// The kernels of all stages of a loop as one kernel of its operands and outputs, none of them a
/// counter.
record StagedKernel(Loop loop, List<Stage> stages, List<Kernel> kernels, long[] scratch)
    implements Kernel {
  /// @param most elements that a call computes
  static StagedKernel of(Kernels kernels, Loop loop, boolean[] uniform, int most, Arena arena) {
    Stages stages = Stages.of(loop, uniform, kernels.vectors());
    return new StagedKernel(
        loop,
        stages.stages(),
        stages.stages().stream().map(kernels::kernel).toList(),
        stages.scratch().stream()
            .mapToLong(_ -> arena.allocate(most * 8L, 64).address())
            .toArray());
  }

  @Override
  public void run(long[] row, int count) {
    for (int i = 0; i < stages.size(); i++) {
      Stage stage = stages.get(i);
      long[] own =
          Stream.concat(stage.inputs().stream(), stage.outputs().stream())
              .mapToLong(place ->
                  switch (place) {
                    case Stage.OperandRow(int operand) -> row[operand];
                    case Stage.OutputRow(int output) -> row[loop.operands().size() + output];
                    case Stage.ScratchRow(int index) -> scratch[index];
                  })
              .toArray();
      kernels.get(i).run(own, count);
    }
  }
}
