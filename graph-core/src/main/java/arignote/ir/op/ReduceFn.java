package arignote.ir.op;

import arignote.tensor.DType;
import java.util.Locale;

/// What a reduction does with the elements along its axes.
public enum ReduceFn implements Named {
  /// 0 of no elements. Floats are rounded once, up to the error of adding them up; integers wrap.
  SUM,
  /// 1 of no elements. Integers wrap.
  PROD,
  /// NaN if any is; -0.0 is below 0.0. A result of no elements is an error at run time.
  MAX,
  /// NaN if any is; -0.0 is below 0.0. A result of no elements is an error at run time.
  MIN,
  /// Whether any is true; false of no elements.
  ANY,
  /// Whether all are true; true of no elements.
  ALL;

  private final String mnemonic = name().toLowerCase(Locale.ROOT);

  @Override
  public String mnemonic() {
    return mnemonic;
  }

  /// Whether operands may have this dtype.
  public boolean accepts(DType dtype) {
    return switch (this) {
      case SUM, PROD, MAX, MIN -> dtype.isNumeric();
      case ANY, ALL -> dtype == DType.BOOL;
    };
  }
}
