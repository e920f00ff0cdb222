package arignote.backend.cuda.driver;

import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;

/// The numbers behind JCuda's pointers, and the way back.
final class Addresses {
  private static final CUdeviceptr ZERO = new CUdeviceptr();

  private Addresses() {}

  /// A pointer to an address of the host.
  private static final class HostPointer extends Pointer {
    HostPointer(long address) {
      super(address);
    }

    HostPointer(Pointer other) {
      super(other);
    }

    long address() {
      return getNativePointer() + getByteOffset();
    }
  }

  static long of(Pointer pointer) {
    return new HostPointer(pointer).address();
  }

  static CUdeviceptr device(long address) {
    return ZERO.withByteOffset(address);
  }

  static Pointer host(long address) {
    return new HostPointer(address);
  }
}
