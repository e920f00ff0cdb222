package arignote.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;

/// A tensor as text: nested lists of elements.
record TensorText(HostTensor tensor, long[] shape) {
  /// At most so many elements are shown behind a type.
  private static final int SHOWN = 1000;

  TensorText(HostTensor tensor) {
    this(tensor, tensor.shape());
  }

  String withType() {
    String lengths =
        shape.length == 0
            ? ""
            : Arrays.stream(shape)
                .mapToObj(Long::toString)
                .collect(Collectors.joining(",", "[", "]"));
    String shown = isShort() ? elements() : "(" + tensor.size() + " elements)";
    return tensor.dtype() + lengths + " " + shown;
  }

  /// Whether few elements, or empty lists in their place, make up the text.
  private boolean isShort() {
    long shown = 1;
    for (long length : shape) {
      if (length == 0) {
        return true;
      }
      shown *= Math.min(length, SHOWN + 1);
      if (shown > SHOWN) {
        return false;
      }
    }
    return true;
  }

  String elements() {
    StringBuilder text = new StringBuilder();
    append(text, 0, 0, tensor.size());
    return text.toString();
  }

  private void append(StringBuilder text, int axis, long start, long count) {
    if (axis == shape.length) {
      text.append(element(start));
      return;
    }
    text.append('[');
    long stride = shape[axis] == 0 ? 0 : count / shape[axis];
    for (long i = 0; i < shape[axis]; i++) {
      if (i > 0) {
        text.append(", ");
      }
      append(text, axis + 1, start + i * stride, stride);
    }
    text.append(']');
  }

  private String element(long index) {
    return switch (tensor.dtype()) {
      case BOOL -> tensor.getLong(index) != 0 ? "true" : "false";
      case I32, I64 -> Long.toString(tensor.getLong(index));
      case F32 -> {
        float value = (float) tensor.getDouble(index);
        yield Float.isFinite(value) ? Float.toString(value) : notFinite(value);
      }
      case F64 -> {
        double value = tensor.getDouble(index);
        yield Double.isFinite(value) ? Double.toString(value) : notFinite(value);
      }
    };
  }

  private static String notFinite(double value) {
    return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  }
}
