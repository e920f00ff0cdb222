package arignote.backend.cpu;

import arignote.plan.PlanWriter;
import java.util.Optional;

/// One prepared piece of work with known shapes: everything is decided but where memory lies.
///
/// An instruction has scratch state of its own, so that it allocates nothing; one thread at a time
/// runs it.
interface Instruction extends PlanWriter.Described {
  /// Does the work.
  ///
  /// @param base the address of each [Slot], by its index
  void run(long[] base);

  /// One instruction that does this one's work and that of the one after it, if the two share
  /// something that need not be done twice.
  default Optional<Instruction> joined(Instruction next) {
    return Optional.empty();
  }

  /// What it touches, if it is for one thread and may run beside others; else empty.
  default Optional<Sweep.Footprint> footprint() {
    return Optional.empty();
  }
}
