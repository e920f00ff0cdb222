package arignote.reference;

import arignote.ir.Apply;
import arignote.ir.op.Probe;
import arignote.tensor.HostTensor;
import java.util.List;

/// Who is told what the interpreter computes.
@FunctionalInterface
public interface Observer {
  /// Takes no notice.
  Observer NONE = (_, _, _) -> {};

  /// A node has been computed; what is inside of it was told before.
  void computed(Apply apply, List<HostTensor> operands, List<HostTensor> results);

  /// A value has come to a probe.
  default void probe(Probe probe, Apply apply, HostTensor value, boolean holds) {
    probe.observe(apply, value, holds);
  }
}
