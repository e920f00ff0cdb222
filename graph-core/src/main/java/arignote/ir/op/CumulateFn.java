package arignote.ir.op;

import java.util.Locale;

/// Which reduction a [Cumulate] has each element's predecessors and itself go through.
public enum CumulateFn implements Named {
  /// NumPy's `cumsum`. Floats are rounded once, up to the error of adding them up; integers wrap.
  SUM(ReduceFn.SUM),
  /// NumPy's `cumprod`. Floats are rounded once, up to the error of multiplying them; integers
  /// wrap. Behind a product that is too large or too small for `f64`, results may be those of
  /// either order: of the elements one after the other, or of some of them first.
  PROD(ReduceFn.PROD),
  /// NumPy's `maximum.accumulate`. NaN from the first NaN on; -0.0 is below 0.0.
  MAX(ReduceFn.MAX),
  /// NumPy's `minimum.accumulate`. NaN from the first NaN on; -0.0 is below 0.0.
  MIN(ReduceFn.MIN);

  private final ReduceFn reduction;
  private final String mnemonic = "cum" + name().toLowerCase(Locale.ROOT);

  CumulateFn(ReduceFn reduction) {
    this.reduction = reduction;
  }

  @Override
  public String mnemonic() {
    return mnemonic;
  }

  /// What combines the elements.
  public ReduceFn reduction() {
    return reduction;
  }
}
