package arignote.runtime;

import arignote.tensor.HostTensor;
import java.util.List;

/// What a call of a function returned: its outputs in order, each with a name.
public record Results(List<String> names, List<HostTensor> values) {
  public Results {
    names = List.copyOf(names);
    values = List.copyOf(values);
  }

  public HostTensor get(int index) {
    return values.get(index);
  }

  /// The output of a name.
  ///
  /// @throws ArgumentException if there is none
  public HostTensor get(String name) {
    int index = names.indexOf(name);
    if (index < 0) {
      throw new ArgumentException("no output \"%s\"; the outputs are %s".formatted(name, names));
    }
    return values.get(index);
  }

  /// The number that the only output, a tensor of one element, holds.
  ///
  /// @throws ArgumentException if there is not exactly one output
  public double item() {
    if (values.size() != 1) {
      throw new ArgumentException(
          "item() needs exactly one output; the outputs are %s".formatted(names));
    }
    return values.getFirst().item();
  }
}
