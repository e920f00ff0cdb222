package arignote.ir.op;

import java.util.Locale;

/// Which element's position an [ArgReduce] returns: of several, the first; of NaNs, the first NaN.
/// Zeros of both signs are equal.
public enum ArgReduceFn implements Named {
  ARGMAX,
  ARGMIN;

  private final String mnemonic = name().toLowerCase(Locale.ROOT);

  @Override
  public String mnemonic() {
    return mnemonic;
  }
}
