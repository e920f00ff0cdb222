package arignote.reference;

import arignote.ir.Bindings;
import arignote.ir.Shared;
import arignote.plan.Plan;
import arignote.runtime.Backend;
import arignote.runtime.CompileOptions;
import arignote.runtime.Executable;
import arignote.runtime.Program;
import arignote.tensor.HostTensor;
import java.util.List;

/// The interpreter as a backend: runs any program, slowly.
public final class ReferenceBackend implements Backend {
  @Override
  public String name() {
    return "reference";
  }

  @Override
  public Executable compile(Program program, CompileOptions options) {
    return new Interpreted(program, Schedule.of(program.graph()));
  }

  private record Interpreted(Program program, Schedule schedule) implements Executable {
    @Override
    public List<HostTensor> call(List<HostTensor> arguments, Bindings bindings) {
      List<HostTensor> outputs = new Evaluation(bindings).run(schedule, arguments);
      int results = program.results().size();
      for (int i = 0; i < program.updated().size(); i++) {
        Shared updated = program.updated().get(i);
        updated.store().fromHost(outputs.get(results + i));
      }
      return List.copyOf(outputs.subList(0, results));
    }

    @Override
    public Plan plan(Bindings bindings) {
      return ReferencePlan.of(program, schedule, bindings);
    }
  }
}
