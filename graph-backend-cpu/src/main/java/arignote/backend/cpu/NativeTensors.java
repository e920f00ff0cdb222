package arignote.backend.cpu;

import arignote.tensor.HostTensor;

/// Tensors as generated code and BLAS need them: outside the Java heap, elements at multiples of
/// their size.
final class NativeTensors {
  private NativeTensors() {}

  /// The tensor itself, or a copy where it lies in the heap or out of step.
  static HostTensor readable(HostTensor tensor) {
    return isUsable(tensor) ? tensor : tensor.copy();
  }

  static boolean isUsable(HostTensor tensor) {
    return tensor.segment().isNative() && tensor.segment().address() % tensor.dtype().bytes() == 0;
  }
}
