package arignote.ir;

import arignote.tensor.HostTensor;

/// Where the value of a [Shared] lies: in host memory, or on the device whose functions use it.
///
/// Calls come under the shared variable's lock, see [Shared#lock].
public interface SharedStore {
  /// The value in host memory; the store's own memory where it is there, so not to be changed.
  HostTensor toHost();

  /// Takes over the elements of `value`, which has the shared variable's type.
  void fromHost(HostTensor value);

  /// Frees what the store holds outside the Java heap; called once it has been replaced.
  void close();
}
