package arignote.backend.cpu.kernel;

import arignote.tensor.DType;

/// How a kernel's inner loop runs: in vectors of one float type, with masks for bools, or element
/// by element.
public enum Lane {
  F32,
  F64,
  SCALAR;

  /// The lane whose vectors hold elements of a dtype; [#SCALAR] if there is none.
  static Lane of(DType dtype) {
    return switch (dtype) {
      case F32 -> F32;
      case F64 -> F64;
      case BOOL, I32, I64 -> SCALAR;
    };
  }
}
