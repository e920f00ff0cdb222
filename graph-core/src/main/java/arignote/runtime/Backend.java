package arignote.runtime;

/// Compiles programs for one kind of device; found by `ServiceLoader`.
public interface Backend {
  /// The value of the flag `device` that asks for this backend, without a number: `cpu`, `gpu`.
  String name();

  /// Says that a program will soon be compiled. What takes long and depends on no program, such as
  /// loading libraries, can begin meanwhile on a thread of its own; what fails there fails again,
  /// and is reported, in [#compile].
  default void announce() {}

  /// Makes a program ready to run.
  ///
  /// @throws DeviceException if there is no usable device; the message says why and what to do
  Executable compile(Program program, CompileOptions options);
}
