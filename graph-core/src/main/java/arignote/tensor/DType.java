package arignote.tensor;

import java.util.Locale;

/// The element type of a tensor. Its text form, used in the IR and in messages, is the lower-case
/// name: `bool`, `i32`, `i64`, `f32`, `f64`.
public enum DType {
  /// One byte, 0 or 1.
  BOOL(1),
  /// 32-bit two's complement integer.
  I32(4),
  /// 64-bit two's complement integer; the type of sizes and indices.
  I64(8),
  /// IEEE 754 binary32.
  F32(4),
  /// IEEE 754 binary64.
  F64(8);

  private final int bytes;
  private final String text;

  DType(int bytes) {
    this.bytes = bytes;
    this.text = name().toLowerCase(Locale.ROOT);
  }

  /// The size of one element in bytes.
  public int bytes() {
    return bytes;
  }

  public boolean isFloat() {
    return this == F32 || this == F64;
  }

  public boolean isInteger() {
    return this == I32 || this == I64;
  }

  /// Whether arithmetic is defined: everything but [#BOOL].
  public boolean isNumeric() {
    return this != BOOL;
  }

  /// The text form, `f32` for [#F32].
  @Override
  public String toString() {
    return text;
  }

  /// The smallest type that holds the values of both kinds, as the DSL promotes operands: bool
  /// below integers below floats, the wider within a kind. Integer with float keeps the float type,
  /// so nothing turns into `f64` by itself.
  public static DType promote(DType left, DType right) {
    return left.compareTo(right) >= 0 ? left : right;
  }

  /// The dtype whose text form is `text`.
  ///
  /// @throws IllegalArgumentException if there is none
  public static DType parse(String text) {
    for (DType dtype : values()) {
      if (dtype.text.equals(text)) {
        return dtype;
      }
    }
    throw new IllegalArgumentException(
        "unknown dtype \"" + text + "\"; expected one of bool, i32, i64, f32, f64");
  }
}
