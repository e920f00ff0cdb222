package arignote.backend.cuda.driver;

/// Says that the device has no stretch of memory of some size; whoever needs it may give up other
/// memory and try again.
public final class OutOfDeviceMemory extends Exception {
  private static final long serialVersionUID = 1L;

  OutOfDeviceMemory(long bytes) {
    super("no %d bytes".formatted(bytes));
  }
}
