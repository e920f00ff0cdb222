package arignote.runtime;

import arignote.ir.Bindings;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.TypeException;
import arignote.tensor.HostTensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What a function takes: orders arguments, checks them and binds the symbols of their shapes.
final class Signature {
  /// @param source what messages call the argument; made once, since every call binds it
  /// @param composed whether a dim, such as `T+1`, can be checked only once all symbols are bound
  private record Parameter(Input input, String source, boolean composed) {
    static Parameter of(int index, Input input) {
      return new Parameter(
          input,
          "argument " + index + ", \"" + input.name() + "\",",
          input.type().shape().stream()
              .anyMatch(dim -> dim.symbol().isEmpty() && dim.constant().isEmpty()));
    }
  }

  private final String function;
  private final List<Parameter> parameters = new ArrayList<>();

  Signature(String function, List<Input> inputs) {
    this.function = function;
    for (Input input : inputs) {
      parameters.add(Parameter.of(parameters.size(), input));
    }
  }

  /// The arguments in the order of the inputs.
  ///
  /// @throws ArgumentException if a name is unknown or missing
  List<Object> ordered(Map<String, ?> arguments) {
    List<String> names = parameters.stream().map(parameter -> parameter.input.name()).toList();
    for (String name : arguments.keySet()) {
      if (!names.contains(name)) {
        throw new ArgumentException(
            "function \"%s\": no input \"%s\"; the inputs are %s".formatted(function, name, names));
      }
    }
    List<Object> ordered = new ArrayList<>();
    for (String name : names) {
      Object argument = arguments.get(name);
      if (argument == null) {
        throw new ArgumentException(
            "function \"%s\": no argument for the input \"%s\"; it needs %s"
                .formatted(function, name, names));
      }
      ordered.add(argument);
    }
    return ordered;
  }

  /// Tensors of arguments of any kind, in order.
  ///
  /// @throws ArgumentException if their number does not fit, or one of them cannot be a tensor
  List<HostTensor> tensors(List<?> arguments) {
    if (arguments.stream().allMatch(HostTensor.class::isInstance)) {
      return arguments.stream().map(HostTensor.class::cast).toList();
    }
    checkCount(arguments.size());
    Conversion conversion = new Conversion(function);
    for (int i = 0; i < arguments.size(); i++) {
      conversion.put(parameters.get(i).source, parameters.get(i).input, arguments.get(i));
    }
    return conversion.tensors();
  }

  /// The lengths of the symbols.
  ///
  /// @throws ArgumentException if number, dtype or shape of the arguments do not fit, or the memory
  ///   of one of them cannot be read
  Bindings bind(List<HostTensor> arguments) {
    checkCount(arguments.size());
    Bindings bindings = new Bindings();
    try {
      for (int i = 0; i < arguments.size(); i++) {
        Parameter parameter = parameters.get(i);
        checkDtype(parameter.input, arguments.get(i));
        checkAlive(i, arguments.get(i));
        bindings.bind(parameter.source, parameter.input.type(), arguments.get(i).shape());
      }
      for (int i = 0; i < arguments.size(); i++) {
        Parameter parameter = parameters.get(i);
        if (parameter.composed) {
          bindings.check(parameter.source, parameter.input.type(), arguments.get(i).shape());
        }
      }
    } catch (TypeException e) {
      throw new ArgumentException("function \"" + function + "\": " + e.getMessage());
    }
    return bindings;
  }

  private void checkCount(int found) {
    if (found != parameters.size()) {
      throw new ArgumentException(
          "function \"%s\" takes %d arguments, %s; found %d"
              .formatted(
                  function,
                  parameters.size(),
                  parameters.stream()
                      .map(parameter -> parameter.input.name() + ": " + parameter.input.type())
                      .toList(),
                  found));
    }
  }

  /// Backends read addresses unchecked, so memory that is gone must be found here.
  private static void checkAlive(int index, HostTensor argument) {
    MemorySegment segment = argument.segment();
    if (!segment.scope().isAlive() || !segment.isAccessibleBy(Thread.currentThread())) {
      throw new ArgumentException(
          "argument %d, %s: its memory is %s; call the function before that, or pass a copy()"
              .formatted(
                  index,
                  TensorType.of(argument.dtype(), argument.shape()),
                  segment.scope().isAlive() ? "confined to another thread" : "closed already"));
    }
  }

  private void checkDtype(Input input, HostTensor argument) {
    if (argument.dtype() != input.type().dtype()) {
      throw new ArgumentException(
          "function \"%s\": the input \"%s\" is %s, the argument %s; convert it with cast(DType.%s)"
              .formatted(
                  function,
                  input.name(),
                  input.type(),
                  TensorType.of(argument.dtype(), argument.shape()),
                  input.type().dtype().name()));
    }
  }
}
