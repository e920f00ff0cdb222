package arignote.ir.op;

import arignote.tensor.DType;

/// The dtypes on which a scalar function is defined.
enum Domain {
  NUMERIC,
  FLOAT,
  /// Bools, and integers bit by bit.
  BITS;

  boolean contains(DType dtype) {
    return switch (this) {
      case NUMERIC -> dtype.isNumeric();
      case FLOAT -> dtype.isFloat();
      case BITS -> !dtype.isFloat();
    };
  }
}
