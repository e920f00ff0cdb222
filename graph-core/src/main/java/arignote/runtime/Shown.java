package arignote.runtime;

import arignote.tensor.HostTensor;
import java.util.List;
import java.util.stream.Collectors;

/// Values in messages.
final class Shown {
  private static final int MOST = 200;

  private Shown() {}

  /// Values one after the other, long ones cut.
  static String values(List<HostTensor> tensors) {
    return tensors.stream()
        .map(HostTensor::toString)
        .map(text -> text.length() > MOST ? text.substring(0, MOST) + "..." : text)
        .collect(Collectors.joining(", "));
  }
}
