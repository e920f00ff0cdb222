package arignote.backend.cuda.driver;

/// Work is being captured that this driver can only do at once; the capture is lost.
public final class CaptureUnsupported extends RuntimeException {
  private static final long serialVersionUID = 1;

  CaptureUnsupported(String result) {
    super(result);
  }
}
