package arignote.ir;

import arignote.tensor.HostTensor;

/// A shared variable's value in host memory.
public record HostStore(HostTensor tensor) implements SharedStore {
  @Override
  public HostTensor toHost() {
    return tensor;
  }

  @Override
  public void fromHost(HostTensor value) {
    tensor.copyFrom(value);
  }

  /// Nothing to do: the garbage collector frees the tensor.
  @Override
  public void close() {}
}
