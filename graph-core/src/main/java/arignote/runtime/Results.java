package arignote.runtime;

import arignote.ir.TensorType;
import arignote.tensor.HostTensor;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What a call of a function returned: its outputs in order, each with a name.
public record Results(List<String> names, List<HostTensor> values) {
  public Results {
    names = List.copyOf(names);
    values = List.copyOf(values);
  }

  /// The output at a position.
  ///
  /// @throws ArgumentException if there is none
  public HostTensor get(int index) {
    if (index < 0 || index >= values.size()) {
      throw new ArgumentException(
          "no output %d; there are %d, %s".formatted(index, values.size(), names));
    }
    return values.get(index);
  }

  /// The output of a name.
  ///
  /// @throws ArgumentException if there is none, or there are several
  public HostTensor get(String name) {
    int index = names.indexOf(name);
    if (index != names.lastIndexOf(name)) {
      throw new ArgumentException(
          "several outputs are named \"%s\"; the outputs are %s; use get(position)"
              .formatted(name, names));
    }
    if (index < 0) {
      throw new ArgumentException("no output \"%s\"; the outputs are %s".formatted(name, names));
    }
    return values.get(index);
  }

  /// Each output with its name, `loss = f32 0.5`.
  @Override
  public String toString() {
    return IntStream.range(0, values.size())
        .mapToObj(i -> names.get(i) + " = " + values.get(i))
        .collect(Collectors.joining("\n"));
  }

  /// The number that the only output, a tensor of one element, holds.
  ///
  /// @throws ArgumentException if there is not exactly one output of one element
  public double item() {
    if (values.size() != 1) {
      throw new ArgumentException(
          "item() needs exactly one output; the outputs are %s".formatted(names));
    }
    HostTensor value = values.getFirst();
    if (value.size() != 1) {
      throw new ArgumentException(
          "item() needs one element, the output \"%s\" is %s; use get(0)"
              .formatted(names.getFirst(), TensorType.of(value.dtype(), value.shape())));
    }
    return value.item();
  }
}
