package arignote.tests.filetests;

import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.List;

/// Tensors from text such as `[[1,2],[3,nan]]`, without spaces.
final class Literals {
  private final String text;
  private final List<String> elements = new ArrayList<>();
  private final List<Long> shape = new ArrayList<>();
  private int position;

  private Literals(String text) {
    this.text = text;
  }

  static HostTensor read(DType dtype, String text) {
    Literals literals = new Literals(text);
    literals.value(0);
    long[] shape = literals.shape.stream().mapToLong(Long::longValue).toArray();
    HostTensor tensor = HostTensor.zeros(dtype, shape);
    if (literals.position != text.length() || literals.elements.size() != tensor.size()) {
      throw new IllegalArgumentException("not a tensor: " + text);
    }
    for (int i = 0; i < tensor.size(); i++) {
      set(tensor, i, literals.elements.get(i));
    }
    return tensor;
  }

  private static void set(HostTensor tensor, int index, String element) {
    switch (tensor.dtype()) {
      case BOOL -> tensor.setLong(index, Boolean.parseBoolean(element) ? 1 : 0);
      case I32, I64 -> tensor.setLong(index, Long.parseLong(element));
      case F32, F64 ->
          tensor.setDouble(
              index,
              switch (element) {
                case "inf" -> Double.POSITIVE_INFINITY;
                case "-inf" -> Double.NEGATIVE_INFINITY;
                case "nan" -> Double.NaN;
                default -> Double.parseDouble(element);
              });
    }
  }

  private void value(int depth) {
    if (text.charAt(position) != '[') {
      int start = position;
      while (position < text.length() && ",]".indexOf(text.charAt(position)) < 0) {
        position++;
      }
      elements.add(text.substring(start, position));
      return;
    }
    position++;
    long count = 0;
    while (text.charAt(position) != ']') {
      value(depth + 1);
      count++;
      if (text.charAt(position) == ',') {
        position++;
      }
    }
    position++;
    while (shape.size() <= depth) {
      shape.add(count);
    }
    shape.set(depth, count);
  }
}
