package arignote.runtime;

/// Compiles programs for one kind of device; found by `ServiceLoader`.
public interface Backend {
  /// The value of the flag `device` that asks for this backend, without a number: `cpu`, `gpu`.
  String name();

  /// Makes a program ready to run.
  ///
  /// @throws DeviceException if there is no usable device; the message says why and what to do
  Executable compile(Program program, CompileOptions options);
}
