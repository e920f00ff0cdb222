package arignote.backend.cuda.driver;

import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.JCudaDriver;

/// A mark in the work of a [Stream], which says when the device came by; until it is closed.
public final class Event implements AutoCloseable {
  private final Device device;
  private final CUevent event;

  private Event(Device device, CUevent event) {
    this.device = device;
    this.event = event;
  }

  static Event create(Device device) {
    CUevent event = new CUevent();
    device.check(
        JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DEFAULT),
        "an event cannot be created");
    return new Event(device, event);
  }

  CUevent handle() {
    return event;
  }

  /// How long the device took from an earlier mark to this one; it has come by both.
  public double nanosSince(Event earlier) {
    float[] millis = {0};
    device.check(
        JCudaDriver.cuEventElapsedTime(millis, earlier.event, event), "no time between events");
    return millis[0] * 1e6;
  }

  @Override
  public void close() {
    if (!device.isLost()) {
      device.enter();
      device.check(JCudaDriver.cuEventDestroy(event), "an event cannot be closed");
    }
  }
}
