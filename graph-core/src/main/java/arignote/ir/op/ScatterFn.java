package arignote.ir.op;

/// What a [Scatter] does with an update and the element it meets.
public enum ScatterFn implements Named {
  /// Adds it, in the order of the updates, so that equal indices add up the same way every time.
  /// The reference rounds what adds up once, as a sum.
  ADD("scatter_add"),
  /// Puts it in the element's place; of updates to one element the last wins.
  SET("scatter_set");

  private final String mnemonic;

  ScatterFn(String mnemonic) {
    this.mnemonic = mnemonic;
  }

  @Override
  public String mnemonic() {
    return mnemonic;
  }
}
