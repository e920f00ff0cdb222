package arignote.reference;

import arignote.ir.Bindings;
import arignote.ir.Shared;
import arignote.plan.Plan;
import arignote.runtime.Backend;
import arignote.runtime.CompileOptions;
import arignote.runtime.Executable;
import arignote.runtime.Program;
import arignote.tensor.HostTensor;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.List;

/// The interpreter as a backend: runs any program, slowly.
public final class ReferenceBackend implements Backend {
  @Override
  public String name() {
    return "reference";
  }

  @Override
  public Executable compile(Program program, CompileOptions options) {
    return new Interpreted(program, EvaluationOrder.of(program.graph()));
  }

  private record Interpreted(Program program, EvaluationOrder order) implements Executable {
    @Override
    public List<HostTensor> call(
        List<HostTensor> arguments, Bindings bindings, SegmentAllocator memory) {
      List<HostTensor> outputs = new Evaluation(bindings).run(order, arguments);
      List<HostTensor> results = new ArrayList<>();
      for (HostTensor output : outputs.subList(0, program.results().size())) {
        HostTensor result = HostTensor.allocate(memory, output.dtype(), output.shape());
        result.copyFrom(output);
        results.add(result);
      }
      for (int i = 0; i < program.updated().size(); i++) {
        Shared updated = program.updated().get(i);
        updated.store().fromHost(outputs.get(results.size() + i));
      }
      return List.copyOf(results);
    }

    @Override
    public Plan plan(Bindings bindings) {
      return ReferencePlan.of(program, order, bindings);
    }
  }
}
