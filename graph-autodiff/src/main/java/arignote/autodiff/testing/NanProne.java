package arignote.autodiff.testing;

/// Forms that overflow, or lose all digits, where another form of the same function would not.
public enum NanProne {
  LOG_OF_SIGMOID("log(sigmoid(x))", "-softplus(-x)"),
  LOG_OF_EXP("log(exp(x))", "x"),
  LOG_OF_ONE_PLUS_EXP("log(1 + exp(x))", "softplus(x)"),
  LOG1P_OF_EXP("log1p(exp(x))", "softplus(x)"),
  LOG_OF_ONE_MINUS_SIGMOID("log(1 - sigmoid(x))", "-softplus(x)"),
  LOG_OF_SUM_OF_EXP("log(sum(exp(x)){axes=a}) unless x is y - m", "Nn.logSumExp(x, axis)"),
  QUOTIENT_OF_EXP("exp(x) / exp(y)", "exp(x - y)"),
  SOFTMAX("exp(x) / keep(sum(exp(x)){axes=a}){axes=a} unless x is y - m", "Nn.softmax(x, axis)"),
  SIGMOID("1 / (1 + exp(x))", "sigmoid(-x)");

  private final String pattern;
  private final String remedy;

  NanProne(String pattern, String remedy) {
    this.pattern = pattern;
    this.remedy = remedy;
  }

  /// The form, as a pattern of the rule files.
  public String pattern() {
    return pattern;
  }

  /// What to write in its place.
  public String remedy() {
    return remedy;
  }
}
