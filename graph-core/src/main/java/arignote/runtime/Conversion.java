package arignote.runtime;

import arignote.ir.Bindings;
import arignote.ir.Dim;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.TypeException;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import arignote.tensor.TensorException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Makes tensors of the arguments of one call: of Java arrays, memory segments and numbers.
///
/// Segments come last: what they hold has no shape, so theirs follows from the other arguments.
final class Conversion {
  /// @param source what messages call it
  private record Argument(String source, Input input, Object value) {}

  private final String function;
  private final List<Argument> arguments = new ArrayList<>();
  private final Bindings known = new Bindings();

  Conversion(String function) {
    this.function = function;
  }

  /// Adds the next argument.
  void put(String source, Input input, Object value) {
    arguments.add(new Argument(source, input, value));
  }

  /// The tensors, in the order of the arguments.
  ///
  /// @throws ArgumentException if an argument cannot be a tensor of its input's dtype, or it is not
  ///   known of what shape
  List<HostTensor> tensors() {
    HostTensor[] tensors = new HostTensor[arguments.size()];
    for (int i = 0; i < tensors.length; i++) {
      Argument argument = arguments.get(i);
      if (!(argument.value instanceof MemorySegment)) {
        tensors[i] = tensor(argument);
        bind(argument, tensors[i]);
      }
    }
    for (int i = 0; i < tensors.length; i++) {
      Argument argument = arguments.get(i);
      if (argument.value instanceof MemorySegment segment) {
        tensors[i] = segment(argument, segment);
      }
    }
    return List.of(tensors);
  }

  private static DType dtype(Argument argument) {
    return argument.input.type().dtype();
  }

  private void bind(Argument argument, HostTensor tensor) {
    try {
      known.bind(argument.source, argument.input.type(), tensor.shape());
    } catch (TypeException e) {
      throw new ArgumentException("function \"" + function + "\": " + e.getMessage());
    }
  }

  private HostTensor tensor(Argument argument) {
    return switch (argument.value) {
      case HostTensor tensor -> tensor;
      case Number number -> number(argument, number);
      case Boolean value when dtype(argument) == DType.BOOL ->
          HostTensor.scalar(DType.BOOL, value ? 1L : 0L);
      case Object value when value.getClass().isArray() -> array(argument, value);
      case Object value ->
          throw error(
              argument,
              "a %s; pass a HostTensor, a Java array, a MemorySegment or, for an input without axes, a number"
                  .formatted(value.getClass().getTypeName()));
    };
  }

  /// Any number for floats, integers that fit for integers.
  private HostTensor number(Argument argument, Number number) {
    DType dtype = dtype(argument);
    boolean isInteger =
        number instanceof Long
            || number instanceof Integer
            || number instanceof Short
            || number instanceof Byte;
    if (isInteger && dtype.isNumeric()) {
      HostTensor tensor = HostTensor.scalar(dtype, number.longValue());
      if (dtype.isFloat() || tensor.getLong(0) == number.longValue()) {
        return tensor;
      }
    } else if (dtype.isFloat()) {
      return HostTensor.scalar(dtype, number.doubleValue());
    }
    throw error(
        argument,
        "the %s %s, which does not fit".formatted(number.getClass().getSimpleName(), number));
  }

  private HostTensor array(Argument argument, Object array) {
    HostTensor tensor;
    try {
      tensor = HostTensor.ofArray(array);
    } catch (TensorException e) {
      throw new ArgumentException(
          "function \"%s\": input \"%s\": %s"
              .formatted(function, argument.input.name(), e.getMessage()));
    }
    DType dtype = dtype(argument);
    if (!holds(dtype, tensor.dtype())) {
      throw error(
          argument,
          "a %s, which is %s; convert it with HostTensor.ofArray(...).cast(DType.%s)"
              .formatted(array.getClass().getTypeName(), tensor.dtype(), dtype.name()));
    }
    return tensor.cast(dtype);
  }

  /// Whether every value of one dtype is a value of another.
  private static boolean holds(DType wide, DType narrow) {
    return switch (narrow) {
      case BOOL, I64, F64 -> wide == narrow;
      case I32 -> wide == DType.I32 || wide == DType.I64 || wide == DType.F64;
      case F32 -> wide == DType.F32 || wide == DType.F64;
    };
  }

  /// The tensor of a segment; one length that nothing else tells follows from the size.
  private HostTensor segment(Argument argument, MemorySegment segment) {
    TensorType type = argument.input.type();
    List<Dim> open = type.shape().stream().filter(dim -> !known.binds(dim)).toList();
    if (open.size() > 1 || (open.size() == 1 && open.getFirst().symbol().isEmpty())) {
      throw error(
          argument,
          "a MemorySegment, and the others do not tell the lengths %s; pass HostTensor.wrap(segment, DType.%s, ...)"
              .formatted(open, type.dtype().name()));
    }
    try {
      long bytes = bytes(type);
      if (open.size() == 1 && bytes > 0) {
        known.put(open.getFirst().toString(), segment.byteSize() / bytes);
        bytes = bytes(type);
      }
      if (segment.byteSize() != bytes) {
        throw error(
            argument,
            "a MemorySegment of %d bytes; with %s it would be %d"
                .formatted(segment.byteSize(), known, bytes));
      }
      return HostTensor.wrap(segment, type.dtype(), known.shape(type));
    } catch (TypeException | ArithmeticException e) {
      throw error(argument, "a MemorySegment: " + e.getMessage());
    }
  }

  /// The size of a tensor whose open length is 1.
  private long bytes(TensorType type) {
    long bytes = type.dtype().bytes();
    for (Dim dim : type.shape()) {
      bytes = Math.multiplyExact(bytes, known.binds(dim) ? known.length(dim) : 1);
    }
    return bytes;
  }

  private ArgumentException error(Argument argument, String found) {
    return new ArgumentException(
        "function \"%s\": the input \"%s\" is %s, the argument %s"
            .formatted(function, argument.input.name(), argument.input.type(), found));
  }
}
