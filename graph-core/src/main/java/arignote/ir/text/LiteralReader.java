package arignote.ir.text;

import arignote.ir.Bindings;
import arignote.ir.TensorType;
import arignote.ir.text.IrGrammarParser.LiteralContext;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads the value of a constant: numbers, or `true` and `false`, in as many nested lists as the
/// type has axes.
record LiteralReader(SourceText source) {
  HostTensor read(LiteralContext literal, TensorType type) {
    if (!type.symbols().isEmpty()) {
      throw source.error(literal, "a constant needs known lengths, its type is " + type);
    }
    long[] shape = new Bindings().shape(type);
    List<LiteralContext> elements = new ArrayList<>();
    collect(literal, type, shape, 0, elements);
    // Only now, when the text has shown as many elements, is the memory allocated.
    HostTensor value = HostTensor.zeros(type.dtype(), shape);
    for (int i = 0; i < elements.size(); i++) {
      set(value, i, elements.get(i));
    }
    return value;
  }

  private void collect(
      LiteralContext literal,
      TensorType type,
      long[] shape,
      int axis,
      List<LiteralContext> elements) {
    boolean isList = literal.getStart().getText().equals("[");
    if (axis == shape.length) {
      if (isList) {
        throw source.error(literal, "expected a single element of " + type + ", found a list");
      }
      elements.add(literal);
      return;
    }
    if (!isList || literal.literal().size() != shape[axis]) {
      throw source.error(
          literal,
          "expected a list of %d elements along axis %d of %s, found %s"
              .formatted(
                  shape[axis], axis, type, isList ? literal.literal().size() : literal.getText()));
    }
    for (LiteralContext item : literal.literal()) {
      collect(item, type, shape, axis + 1, elements);
    }
  }

  private void set(HostTensor value, int index, LiteralContext element) {
    String text = element.getText();
    boolean valid =
        switch (value.dtype()) {
          case BOOL -> {
            value.setLong(index, text.equals("true") ? 1 : 0);
            yield text.equals("true") || text.equals("false");
          }
          case I32, I64 -> setInteger(value, index, text);
          case F32 -> {
            Optional<Float> number = ValueReader.floatOf(text);
            number.ifPresent(found -> value.setDouble(index, found));
            yield number.isPresent();
          }
          case F64 -> {
            Optional<Double> number = ValueReader.doubleOf(text);
            number.ifPresent(found -> value.setDouble(index, found));
            yield number.isPresent();
          }
        };
    if (!valid) {
      throw source.error(element, "\"" + text + "\" is not a value of " + value.dtype());
    }
  }

  private static boolean setInteger(HostTensor value, int index, String text) {
    try {
      long integer = Long.parseLong(text);
      value.setLong(index, integer);
      return value.getLong(index) == integer;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
