package arignote.backend.cuda.kernel;

/// A 64-bit number that a kernel is launched with.
public sealed interface Argument {
  /// An address in a slot, known when the kernel is launched.
  record Address(Slot slot, long offset) implements Argument {}

  /// A size, a stride, a position.
  record Number(long value) implements Argument {}
}
