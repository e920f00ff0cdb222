package arignote.ir.op;

/// A scalar function that gives its op the mnemonic; implemented by the enums of functions.
public sealed interface Named
    permits UnaryFn, BinaryFn, CompareFn, ReduceFn, ArgReduceFn, CumulateFn, ScatterFn {
  /// The name in the text form, the DSL, the rule files and the op table.
  String mnemonic();
}
