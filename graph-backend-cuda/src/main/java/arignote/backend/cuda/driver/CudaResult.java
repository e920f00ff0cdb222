package arignote.backend.cuda.driver;

import jcuda.driver.JCudaDriver;

/// What a call of the driver returned.
record CudaResult(int code) {
  static final int SUCCESS = 0;
  static final int OUT_OF_MEMORY = 2;
  static final int NO_DEVICE = 100;
  static final int CAPTURE_UNSUPPORTED = 900;

  /// After these no call that uses the context works any more.
  boolean isFatal() {
    return switch (code) {
      // Uncorrectable ECC error, memory faults, traps, time-outs, a context or device that is gone.
      case 46, 214, 220, 226, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719, 721, 999 -> true;
      default -> false;
    };
  }

  /// `CUDA_ERROR_NO_DEVICE (100): no CUDA-capable device is detected`.
  @Override
  public String toString() {
    String[] name = {""};
    String[] text = {""};
    JCudaDriver.cuGetErrorName(code, name);
    JCudaDriver.cuGetErrorString(code, text);
    return "%s (%d)%s"
        .formatted(blank(name) ? "error" : name[0], code, blank(text) ? "" : ": " + text[0]);
  }

  private static boolean blank(String[] text) {
    return text[0] == null || text[0].isBlank();
  }
}
