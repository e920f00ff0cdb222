package arignote.reference;

import arignote.ir.op.Scan;
import arignote.tensor.HostTensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Ops that run a graph of their own many times.
final class Loops {
  private Loops() {}

  static List<HostTensor> scan(Scan op, Call call, Evaluation evaluation) {
    long steps = call.value(op.steps());
    if (steps < 0) {
      throw call.failure(
          "the number of steps %s is %d with %s".formatted(op.steps(), steps, call.bindings()));
    }
    List<HostTensor> sequences = call.operands().subList(0, op.sequences());
    List<HostTensor> initial =
        call.operands().subList(op.sequences(), op.sequences() + op.carries());
    List<HostTensor> captured =
        call.operands().subList(op.sequences() + op.carries(), call.operands().size());
    List<HostTensor> carries = initial.stream().map(HostTensor::copy).toList();
    List<HostTensor> stacks = new ArrayList<>();
    for (int i = op.carries(); i < call.apply().results().size(); i++) {
      stacks.add(call.newResult(i));
    }
    for (long step = 0; step < steps; step++) {
      long position = op.reverse() ? steps - 1 - step : step;
      List<HostTensor> inputs = new ArrayList<>();
      for (HostTensor sequence : sequences) {
        inputs.add(elementAt(sequence, position));
      }
      inputs.addAll(carries);
      inputs.addAll(captured);
      List<HostTensor> outputs = evaluation.run(op.body(), inputs);
      carries = outputs.subList(0, op.carries());
      for (int i = 0; i < stacks.size(); i++) {
        elementAt(stacks.get(i), position).copyFrom(outputs.get(op.carries() + i));
      }
    }
    List<HostTensor> results = new ArrayList<>(carries);
    results.addAll(stacks);
    return results;
  }

  /// The part of a tensor at one position of its first axis, in the same memory.
  private static HostTensor elementAt(HostTensor tensor, long position) {
    long[] shape = new long[tensor.rank() - 1];
    System.arraycopy(tensor.shape(), 1, shape, 0, shape.length);
    long bytes = tensor.byteSize() / tensor.dim(0);
    MemorySegment part = tensor.segment().asSlice(position * bytes, bytes);
    return HostTensor.wrap(part, tensor.dtype(), shape);
  }
}
