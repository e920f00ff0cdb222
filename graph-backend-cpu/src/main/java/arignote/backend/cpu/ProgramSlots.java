package arignote.backend.cpu;

import arignote.ir.Shared;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.lang.foreign.SegmentAllocator;
import java.util.List;
import java.util.Map;

/// How a prepared program and its caller exchange values.
///
/// @param inputs the slot of each input
/// @param inputNames the name of each input
/// @param shared the slot of each shared variable that is used or updated
/// @param results what each call allocates anew
record ProgramSlots(
    List<Slot> inputs, List<String> inputNames, Map<Shared, Slot> shared, List<Result> results) {
  /// A result tensor.
  record Result(Slot slot, DType dtype, long[] shape) {
    HostTensor allocate(SegmentAllocator memory) {
      return HostTensor.allocate(memory, dtype, shape);
    }
  }
}
