package arignote.backend.cuda;

import arignote.backend.cuda.codegen.Generators;
import arignote.ir.Apply;
import arignote.ir.EvaluationException;
import arignote.ir.op.Probe;
import arignote.ir.op.ProbeFn;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.Slot;
import arignote.plan.View;
import java.util.List;
import java.util.Optional;

/// Prepares probes. To print, the host waits for the value, so that it appears when it has been
/// computed, and whatever happens behind it. A check is made on the device: where its condition
/// does not hold, the value is put aside, and an error noted.
final class Probes {
  private Probes() {}

  static void lower(Block block, Probe probe, Apply apply) {
    View value = block.view(apply.operand(0));
    View dense = block.dense(value);
    switch (probe.fn()) {
      case PRINT -> print(block, probe, apply, dense);
      case CHECK -> check(block, probe, apply, dense);
    }
    block.put(apply.result(), value);
  }

  private static void print(Block block, Probe probe, Apply apply, View value) {
    block.preparation().print();
    block.skip().ifPresent(block::touch);
    block.emit(new Print(probe, apply, value, block.skip()), List.of(value.slot(), block.errors()));
  }

  private static void check(Block block, Probe probe, Apply apply, View value) {
    View holds = block.view(apply.operand(1));
    View errors = Session.errors(block.errors());
    View kept =
        View.dense(block.allocateKept(value.bytes()), value.dtype(), value.layout().shape());
    if (value.layout().size() > 0) {
      block.launch(
          "keep",
          Generators.keepUnless(holds, errors, value, kept, block.gpu().processors()),
          List.of(holds, errors, value),
          List.of(kept));
    }
    block.preparation().error(block.operation(), new Failed(probe, apply, kept));
    block.launch("check", Generators.failUnless(holds, errors), List.of(holds), List.of(errors));
  }

  /// Shows a value.
  ///
  /// @param skip where it says that nothing is to be shown
  record Print(Probe probe, Apply apply, View value, Optional<Slot> skip) implements Instruction {
    @Override
    public void run(Run run) {
      run.settle();
      if (skip.isEmpty() || !run.isTrue(Session.flag(skip.get()))) {
        probe.observe(apply, run.tensor(value), true);
      }
    }

    @Override
    public Plan.Step describe(PlanWriter writer) {
      return Plan.Step.of(
          ProbeFn.PRINT.mnemonic(),
          List.of(writer.access(value)),
          List.of(),
          "\"" + probe.name() + "\"");
    }
  }

  /// A check that failed.
  ///
  /// @param value where what was checked has been put aside
  private record Failed(Probe probe, Apply apply, View value) implements NotedError {
    @Override
    public EvaluationException error(Run run) {
      try {
        probe.observe(apply, run.tensor(value), false);
      } catch (EvaluationException e) {
        return e;
      }
      throw new IllegalStateException("a check failed without an error: " + apply);
    }
  }
}
