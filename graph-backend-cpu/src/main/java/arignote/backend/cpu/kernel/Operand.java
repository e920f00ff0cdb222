package arignote.backend.cpu.kernel;

import arignote.tensor.DType;

/// What a loop reads for each element.
public sealed interface Operand {
  /// The dtype of the value read.
  DType dtype();

  /// An element in memory.
  record Memory(DType dtype) implements Operand {}

  /// A number that grows by a fixed step along each axis, as an `i64`: a position or a length. It
  /// has an "address" and strides like an element in memory, but the address is the value.
  record Counter() implements Operand {
    @Override
    public DType dtype() {
      return DType.I64;
    }
  }
}
