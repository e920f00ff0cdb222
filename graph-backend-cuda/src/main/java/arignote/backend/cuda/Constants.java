package arignote.backend.cuda;

import arignote.ir.Constant;
import java.util.IdentityHashMap;
import java.util.Map;

/// The constants of one program on a device, copied there once.
final class Constants {
  private final Gpu gpu;
  private final Map<Constant, DeviceStore> stores = new IdentityHashMap<>();

  Constants(Gpu gpu) {
    this.gpu = gpu;
  }

  synchronized DeviceStore onDevice(Constant constant) {
    return stores.computeIfAbsent(
        constant, value -> DeviceStore.of(gpu, "a constant", value.value()));
  }

  /// Frees them.
  synchronized void close() {
    stores.values().forEach(DeviceStore::close);
    stores.clear();
  }
}
