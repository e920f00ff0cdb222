package arignote.ir.op;

/// What a [Probe] does with the value that passes through it.
public enum ProbeFn {
  /// Writes it to the standard output.
  PRINT("print"),
  /// Ends the call with an error unless a condition holds.
  CHECK("check");

  private final String mnemonic;

  ProbeFn(String mnemonic) {
    this.mnemonic = mnemonic;
  }

  /// The name in messages and plans.
  public String mnemonic() {
    return mnemonic;
  }
}
