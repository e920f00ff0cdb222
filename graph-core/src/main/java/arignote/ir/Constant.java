package arignote.ir;

import arignote.tensor.HostTensor;

/// A variable whose value is known when the graph is built.
public final class Constant extends Variable {
  private final HostTensor value;

  /// @param value must not be changed afterwards
  public Constant(HostTensor value) {
    super(TensorType.of(value.dtype(), value.shape()));
    this.value = value;
  }

  public HostTensor value() {
    return value;
  }
}
