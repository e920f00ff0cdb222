package arignote.tests.bench.own;

import arignote.dsl.Values;
import arignote.ir.Dim;
import arignote.ir.Shared;
import arignote.ir.Variable;
import arignote.runtime.FunctionBuilder;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Results left in shared variables, each call's written over those of the last: what other
/// libraries do by leaving gradients at their parameters, or by an argument for the result.
final class Kept {
  private final List<Shared> places = new ArrayList<>();

  /// Makes variables of known shapes updates instead of outputs.
  Kept(FunctionBuilder builder, Collection<Variable> results) {
    for (Variable result : results) {
      long[] shape =
          result.type().shape().stream()
              .map(Dim::constant)
              .mapToLong(length -> length.orElseThrow())
              .toArray();
      Shared place = Values.shared("kept", HostTensor.zeros(result.type().dtype(), shape));
      places.add(place);
      builder.update(place, result);
    }
  }

  /// The last call's.
  List<float[]> values() {
    return places.stream().map(place -> place.get().toFloatArray()).toList();
  }
}
