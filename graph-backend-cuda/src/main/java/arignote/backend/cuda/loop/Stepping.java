package arignote.backend.cuda.loop;

import arignote.backend.cuda.kernel.Argument;
import arignote.plan.Slot;

/// Where a slot lies that lies elsewhere in each step.
public sealed interface Stepping {
  Slot slot();

  /// A row of a tensor that every step has another row of.
  ///
  /// @param first the address of the first row
  /// @param stride from one row to the next in bytes
  record Row(Slot slot, Argument.Address first, long stride) implements Stepping {}

  /// One of two places in turns.
  ///
  /// @param last that of the last step
  record Turns(Slot slot, Argument.Address last, Argument.Address other) implements Stepping {}

  /// Where another slot lay in the step before.
  ///
  /// @param initial where it lies in the first step
  record Previous(Slot slot, Argument.Address initial, Slot next) implements Stepping {}
}
