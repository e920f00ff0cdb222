package arignote.ir.op;

import arignote.tensor.DType;
import java.util.Locale;

/// What a reduction does with the elements along its axes.
public enum ReduceFn implements Named {
  /// 0 of no elements.
  SUM,
  /// 1 of no elements.
  PROD,
  /// NaN if any is; of no elements an error.
  MAX,
  /// NaN if any is; of no elements an error.
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
