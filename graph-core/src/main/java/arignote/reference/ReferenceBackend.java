package arignote.reference;

import arignote.ir.Shared;
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
    Schedule schedule = Schedule.of(program.graph());
    int results = program.results().size();
    return (arguments, bindings) -> {
      List<HostTensor> outputs = new Evaluation(bindings).run(schedule, arguments);
      for (int i = 0; i < program.updated().size(); i++) {
        Shared updated = program.updated().get(i);
        updated.store().fromHost(outputs.get(results + i));
      }
      return List.copyOf(outputs.subList(0, results));
    };
  }
}
