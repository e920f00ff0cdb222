package arignote.backend.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import arignote.runtime.DeviceException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The functions of a library, each looked up when it is first called: a library without one that
/// is not needed is none the worse for it. All return a result code.
final class NativeFunctions {
  private final String library;
  private final SymbolLookup symbols;
  private final Map<String, MethodHandle> handles = new ConcurrentHashMap<>();

  NativeFunctions(String library, SymbolLookup symbols) {
    this.library = library;
    this.symbols = symbols;
  }

  /// Calls a function.
  ///
  /// @param arguments each an [Integer], a [Long] or a [MemorySegment]
  /// @throws DeviceException if the library lacks the function
  int call(String name, Object... arguments) {
    MethodHandle handle = handles.computeIfAbsent(name, _ -> bind(name, arguments));
    try {
      return (int) handle.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new DeviceException(
          "gpu: %s: the call of %s failed: %s".formatted(library, name, e), e);
    }
  }

  private MethodHandle bind(String name, Object... arguments) {
    MemoryLayout[] layouts = new MemoryLayout[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      layouts[i] =
          switch (arguments[i]) {
            case Integer _ -> JAVA_INT;
            case Long _ -> JAVA_LONG;
            case MemorySegment _ -> ADDRESS;
            default -> throw new IllegalArgumentException("no native type for " + arguments[i]);
          };
    }
    return handle(name, FunctionDescriptor.of(JAVA_INT, layouts));
  }

  /// A function as a method handle, for calls that must be fast.
  MethodHandle handle(String name, FunctionDescriptor descriptor) {
    MemorySegment address =
        symbols
            .find(name)
            .orElseThrow(() ->
                new DeviceException(
                    "gpu: %s has no function %s; it is too old, or too new"
                        .formatted(library, name)));
    return Linker.nativeLinker().downcallHandle(address, descriptor);
  }
}
