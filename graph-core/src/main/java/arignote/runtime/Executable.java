package arignote.runtime;

import arignote.ir.Bindings;
import arignote.plan.Measurement;
import arignote.plan.Plan;
import arignote.tensor.HostTensor;
import java.lang.foreign.SegmentAllocator;
import java.util.List;
import java.util.Optional;

/// A program compiled for a device. May be called from many threads at once.
public interface Executable {
  /// Runs the program once. The caller has checked the arguments, that their memory can be read
  /// too, bound the symbols, and holds the locks of the shared variables: for writing of those that
  /// the program updates.
  ///
  /// All new values are computed from old ones. After an exception no shared variable has changed.
  ///
  /// @param arguments the values of the graph's inputs, in order; not to be changed or kept
  /// @param bindings the length of every symbol; never changed afterwards
  /// @param memory what results are allocated from, before any shared variable changes; its
  ///   contents do not matter
  /// @return new tensors, the values of the program's results
  /// @throws arignote.ir.EvaluationException if an op cannot compute its result
  List<HostTensor> call(List<HostTensor> arguments, Bindings bindings, SegmentAllocator memory);

  /// Runs the program with results in memory that the garbage collector frees.
  default List<HostTensor> call(List<HostTensor> arguments, Bindings bindings) {
    return call(arguments, bindings, HostTensor.COLLECTED);
  }

  /// What was measured so far, if the program was compiled for that and the backend can.
  default Optional<Measurement.Program> measurements() {
    return Optional.empty();
  }

  /// What a call with these lengths does. Nothing runs, and no memory is taken but for the
  /// description.
  ///
  /// @param bindings the length of every symbol
  /// @throws arignote.ir.EvaluationException if the program cannot be computed with them
  Plan plan(Bindings bindings);
}
