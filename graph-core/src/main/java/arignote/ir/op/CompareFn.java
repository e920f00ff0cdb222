package arignote.ir.op;

import java.util.Locale;

/// Comparisons of two elements of one dtype. With NaN all but [#NE] are false; of bools, false is
/// below true.
public enum CompareFn implements Named {
  EQ,
  NE,
  LT,
  LE,
  GT,
  GE;

  private final String mnemonic = name().toLowerCase(Locale.ROOT);

  @Override
  public String mnemonic() {
    return mnemonic;
  }
}
