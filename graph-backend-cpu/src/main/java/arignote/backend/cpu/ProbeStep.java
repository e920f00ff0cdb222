package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Memory;
import arignote.ir.Apply;
import arignote.ir.op.Probe;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.View;
import arignote.tensor.HostTensor;
import java.util.List;
import java.util.Optional;

/// Shows or checks a value where it lies.
final class ProbeStep implements Instruction {
  private final Probe probe;
  private final Apply apply;
  private final View value;
  private final Optional<View> holds;

  private ProbeStep(Probe probe, Apply apply, View value, Optional<View> holds) {
    this.probe = probe;
    this.apply = apply;
    this.value = value;
    this.holds = holds;
  }

  static void lower(Block block, Probe probe, Apply apply) {
    View value = block.view(apply.operand(0));
    View dense = block.dense(value);
    if (apply.operands().size() > 1) {
      View holds = block.view(apply.operand(1));
      block.emit(new ProbeStep(probe, apply, dense, Optional.of(holds)), dense, holds);
    } else {
      block.emit(new ProbeStep(probe, apply, dense, Optional.empty()), dense);
    }
    block.put(apply.result(), value);
  }

  @Override
  public void run(long[] base) {
    boolean isTrue = holds.isEmpty() || Memory.getByte(address(base, holds.get())) != 0;
    probe.observe(apply, tensor(base), isTrue);
  }

  private HostTensor tensor(long[] base) {
    HostTensor copy = HostTensor.zeros(value.dtype(), value.layout().shape());
    Memory.copy(address(base, value), copy.segment().address(), value.bytes());
    return copy;
  }

  private static long address(long[] base, View view) {
    return base[view.slot().index()] + view.offset();
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    return Plan.Step.of(
        probe.mnemonic(), List.of(writer.access(value)), List.of(), "\"" + probe.name() + "\"");
  }
}
