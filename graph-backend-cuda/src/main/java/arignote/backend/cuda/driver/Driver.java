package arignote.backend.cuda.driver;

import arignote.runtime.DeviceException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.StringJoiner;
import jcuda.driver.CUdevice;
import jcuda.driver.JCudaDriver;

/// The CUDA driver of this process.
public final class Driver {
  /// What the driver has to support: CUDA 11.2, the first with NVRTC's stable name.
  private static final int OLDEST = 11020;

  private final int version;
  private final int devices;

  private Driver(int version, int devices) {
    this.version = version;
    this.devices = devices;
  }

  /// Loads and starts the driver.
  ///
  /// @throws DeviceException that says which step failed, and what to install
  public static Driver load() {
    JCudaNatives.load();
    CudaResult started = new CudaResult(JCudaDriver.cuInit(0));
    if (started.code() == CudaResult.NO_DEVICE) {
      throw noDevice();
    }
    check(started, "the driver cannot be started");
    int[] version = {0};
    check(new CudaResult(JCudaDriver.cuDriverGetVersion(version)), "no version of the driver");
    if (version[0] < OLDEST) {
      throw new DeviceException(
          "gpu: the NVIDIA driver supports CUDA %s, needed is %s; install a newer driver"
              .formatted(text(version[0]), text(OLDEST)));
    }
    int[] count = {0};
    check(new CudaResult(JCudaDriver.cuDeviceGetCount(count)), "no count of devices");
    if (count[0] == 0) {
      throw noDevice();
    }
    return new Driver(version[0], count[0]);
  }

  private static DeviceException noDevice() {
    return new DeviceException(
        "gpu: the NVIDIA driver is there but finds no device; see what nvidia-smi says, and whether"
            + " CUDA_VISIBLE_DEVICES hides it. Without a GPU run with -Ddevice=cpu");
  }

  private static void check(CudaResult result, String problem) {
    if (result.code() != CudaResult.SUCCESS) {
      throw new DeviceException("gpu: %s: %s; see what nvidia-smi says".formatted(problem, result));
    }
  }

  /// `12.4` of 12040.
  static String text(int version) {
    return version / 1000 + "." + version % 1000 / 10;
  }

  /// How many devices there are.
  public int devices() {
    return devices;
  }

  /// Opens a device.
  ///
  /// @throws DeviceException if there is none with this number, or it cannot be used
  public Device open(int number) {
    if (number >= devices) {
      throw new DeviceException(
          "gpu%d: there is no such device; the driver finds %d, %s"
              .formatted(number, devices, devices == 1 ? "gpu0" : "gpu0 to gpu" + (devices - 1)));
    }
    return Device.open(number);
  }

  /// What there is to know about the driver, the libraries and the devices, a line each; where
  /// something is missing, what and why.
  public static String describe() {
    StringJoiner lines = new StringJoiner("\n");
    try {
      Driver driver = load();
      lines.add("driver: supports CUDA " + text(driver.version));
      for (int i = 0; i < driver.devices; i++) {
        lines.add("gpu%d: %s".formatted(i, describe(driver, i)));
      }
    } catch (DeviceException e) {
      lines.add("driver: " + e.getMessage());
    }
    try {
      lines.add("nvrtc: " + Nvrtc.load());
    } catch (DeviceException e) {
      lines.add("nvrtc: " + e.getMessage());
    }
    try {
      lines.add("cublas: " + Cublas.load());
    } catch (DeviceException e) {
      lines.add("cublas: " + e.getMessage());
    }
    return lines.toString();
  }

  private static String describe(Driver driver, int number) {
    try (Device device = driver.open(number)) {
      return device.toString();
    } catch (DeviceException e) {
      return e.getMessage();
    }
  }

  static CUdevice device(int number) {
    CUdevice device = new CUdevice();
    check(
        new CudaResult(JCudaDriver.cuDeviceGet(device, number)),
        "device " + number + " is not there");
    return device;
  }

  static int attribute(CUdevice device, int attribute) {
    int[] value = {0};
    check(
        new CudaResult(JCudaDriver.cuDeviceGetAttribute(value, attribute, device)),
        "attribute " + attribute + " of a device is not there");
    return value[0];
  }

  static String name(CUdevice device) {
    byte[] name = new byte[256];
    check(
        new CudaResult(JCudaDriver.cuDeviceGetName(name, name.length, device)),
        "the name of a device is not there");
    int end = 0;
    while (end < name.length && name[end] != 0) {
      end++;
    }
    return new String(Arrays.copyOf(name, end), StandardCharsets.UTF_8);
  }
}
