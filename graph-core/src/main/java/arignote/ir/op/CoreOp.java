package arignote.ir.op;

import java.util.Locale;

/// The ops that every backend, the reference and the gradients know.
public sealed interface CoreOp extends Op
    permits Unary,
        Binary,
        Compare,
        Select,
        Cast,
        Reduce,
        ArgReduce,
        Cumulate,
        Dot,
        Gemm,
        Broadcast,
        Reshape,
        Transpose,
        Slice,
        Pad,
        Concat,
        Gather,
        Scatter,
        Fill,
        Iota,
        DimSize,
        Random,
        Scan,
        Cond,
        Fused {
  /// The record's name in lower case with underscores; ops with a function attribute, such as
  /// [Unary], take that function's name instead.
  @Override
  default String mnemonic() {
    return mnemonicOf(getClass());
  }

  /// The mnemonic of ops without a function attribute.
  static String mnemonicOf(Class<? extends CoreOp> op) {
    return op.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }
}
