package arignote.backend.cuda;

import arignote.plan.PlanWriter;

/// One prepared piece of work with known shapes: everything is decided but where memory lies. It
/// has no state: threads that call at once share it.
sealed interface Instruction extends PlanWriter.Described
    permits Branches.Branch,
        Clear,
        Dots.Product,
        KernelLaunch,
        PersistentScan,
        Probes.Print,
        ScanLoop {
  /// Puts the work into the stream of a call.
  void run(Run run);

  /// Whether the host decides in the midst of the work what comes next, so that it cannot be
  /// captured in one piece.
  default boolean decides() {
    return false;
  }
}
