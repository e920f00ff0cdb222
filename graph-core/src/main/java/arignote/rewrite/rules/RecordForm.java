package arignote.rewrite.rules;

import arignote.ir.Dim;
import arignote.ir.op.ArgReduce;
import arignote.ir.op.Binary;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Cast;
import arignote.ir.op.Compare;
import arignote.ir.op.CoreOp;
import arignote.ir.op.Cumulate;
import arignote.ir.op.Dot;
import arignote.ir.op.Gather;
import arignote.ir.op.Gemm;
import arignote.ir.op.Named;
import arignote.ir.op.Op;
import arignote.ir.op.Pad;
import arignote.ir.op.Reduce;
import arignote.ir.op.Reshape;
import arignote.ir.op.Scatter;
import arignote.ir.op.Select;
import arignote.ir.op.Slice;
import arignote.ir.op.Transpose;
import arignote.ir.op.Unary;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;

/// The components of an op's record: what rules match and build as attributes.
final class RecordForm {
  private final Class<? extends CoreOp> type;
  private final List<RecordComponent> components;

  RecordForm(Class<? extends CoreOp> type) {
    this.type = type;
    this.components = List.of(type.getRecordComponents());
  }

  Class<? extends CoreOp> type() {
    return type;
  }

  /// The record's name in lower case with underscores.
  String word() {
    return type.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }

  List<String> componentNames() {
    return components.stream().map(RecordComponent::getName).toList();
  }

  /// The functions that ops of this record can have; none if they have their own mnemonic.
  List<Named> functions() {
    return components.isEmpty() || !Named.class.isAssignableFrom(components.getFirst().getType())
        ? List.of()
        : Arrays.stream(components.getFirst().getType().getEnumConstants())
            .map(Named.class::cast)
            .toList();
  }

  OptionalInt arity() {
    if (type == Unary.class
        || type == Cast.class
        || type == Reduce.class
        || type == ArgReduce.class
        || type == Cumulate.class
        || type == Broadcast.class
        || type == Reshape.class
        || type == Transpose.class
        || type == Slice.class
        || type == Pad.class) {
      return OptionalInt.of(1);
    }
    if (type == Binary.class
        || type == Compare.class
        || type == Dot.class
        || type == Gather.class) {
      return OptionalInt.of(2);
    }
    if (type == Select.class || type == Gemm.class || type == Scatter.class) {
      return OptionalInt.of(3);
    }
    return OptionalInt.empty();
  }

  /// An op's attribute as rules see it: whole numbers as `Long`.
  Object get(Op op, String name) {
    for (RecordComponent component : components) {
      if (component.getName().equals(name)) {
        try {
          return widened(component.getAccessor().invoke(op));
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException(component + " cannot be read", e);
        }
      }
    }
    throw new IllegalArgumentException(word() + " has no attribute " + name);
  }

  private static Object widened(Object value) {
    return switch (value) {
      case Integer number -> number.longValue();
      case List<?> list -> list.stream().map(RecordForm::widened).toList();
      default -> value;
    };
  }

  /// The op with these attributes.
  CoreOp create(Map<String, Object> attributes) {
    Object[] arguments = new Object[components.size()];
    for (int i = 0; i < arguments.length; i++) {
      RecordComponent component = components.get(i);
      Object value = Objects.requireNonNull(attributes.get(component.getName()));
      arguments[i] = narrowed(value, component.getGenericType());
    }
    try {
      Class<?>[] types = components.stream().map(RecordComponent::getType).toArray(Class<?>[]::new);
      Constructor<? extends CoreOp> constructor = type.getDeclaredConstructor(types);
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " cannot be made", e);
    }
  }

  private static Object narrowed(Object value, Type type) {
    if (type == int.class || type == Integer.class) {
      return Math.toIntExact(number(value));
    }
    if (type == long.class) {
      return number(value);
    }
    if (type == double.class) {
      return ((Number) value).doubleValue();
    }
    if (type == Dim.class) {
      return Attribute.dim(value);
    }
    if (value instanceof List<?> list && type instanceof ParameterizedType parameterized) {
      Type element = parameterized.getActualTypeArguments()[0];
      return list.stream().map(each -> narrowed(each, element)).toList();
    }
    return value;
  }

  private static long number(Object value) {
    return switch (value) {
      case Long number -> number;
      case Dim dim when dim.constant().isPresent() -> dim.constant().getAsLong();
      default -> throw new IllegalArgumentException(value + " is not a whole number");
    };
  }
}
