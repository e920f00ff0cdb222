package arignote.autodiff.testing;

import arignote.ir.op.ArgReduceFn;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.CompareFn;
import arignote.ir.op.CumulateFn;
import arignote.ir.op.ReduceFn;
import arignote.ir.op.UnaryFn;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A function that expressions can call: what its arguments are.
///
/// @param kinds of the arguments
/// @param optional how many of the last ones may be missing
/// @param repeats whether there may be more of the last one's kind
record ExpressionFunction(List<Kind> kinds, int optional, boolean repeats) {
  /// What an argument is.
  enum Kind {
    TERM,
    WHOLE,
    DIM,
    LIST,
    TYPE,
    /// A number or a list of them.
    CONSTANT
  }

  private static final SortedMap<String, ExpressionFunction> ALL = all();

  static Optional<ExpressionFunction> of(String name) {
    return Optional.ofNullable(ALL.get(name));
  }

  static List<String> names() {
    return List.copyOf(ALL.keySet());
  }

  /// The kind of an argument.
  Kind kind(int argument) {
    return kinds.get(Math.min(argument, kinds.size() - 1));
  }

  boolean takes(int arguments) {
    return arguments >= kinds.size() - optional && (repeats || arguments <= kinds.size());
  }

  /// `2 arguments`, `1 to 2 arguments`.
  String count() {
    String least = kinds.size() - optional + "";
    String range =
        repeats ? least + " or more" : optional == 0 ? least : least + " to " + kinds.size();
    return range + (range.equals("1") ? " argument" : " arguments");
  }

  private static SortedMap<String, ExpressionFunction> all() {
    SortedMap<String, ExpressionFunction> all = new TreeMap<>();
    for (UnaryFn fn : UnaryFn.values()) {
      all.put(fn.mnemonic(), exactly(Kind.TERM));
    }
    for (BinaryFn fn : BinaryFn.values()) {
      all.put(fn.mnemonic(), exactly(Kind.TERM, Kind.TERM));
    }
    for (CompareFn fn : CompareFn.values()) {
      all.put(fn.mnemonic(), exactly(Kind.TERM, Kind.TERM));
    }
    for (ReduceFn fn : ReduceFn.values()) {
      all.put(fn.mnemonic(), optionally(1, Kind.TERM, Kind.LIST));
    }
    for (ArgReduceFn fn : ArgReduceFn.values()) {
      all.put(fn.mnemonic(), exactly(Kind.TERM, Kind.WHOLE));
    }
    for (CumulateFn fn : CumulateFn.values()) {
      all.put(fn.mnemonic(), optionally(1, Kind.TERM, Kind.WHOLE, Kind.CONSTANT));
    }
    for (DType dtype : DType.values()) {
      all.put(dtype.toString(), exactly(Kind.CONSTANT));
    }
    all.put("mean", optionally(1, Kind.TERM, Kind.LIST));
    all.put("select", exactly(Kind.TERM, Kind.TERM, Kind.TERM));
    all.put("cast", exactly(Kind.TERM, Kind.TYPE));
    all.put("dot", optionally(1, Kind.TERM, Kind.TERM, Kind.WHOLE));
    all.put("gemm", exactly(Kind.TERM, Kind.TERM, Kind.TERM, Kind.CONSTANT, Kind.CONSTANT));
    all.put("broadcast", exactly(Kind.TERM, Kind.LIST));
    all.put("reshape", exactly(Kind.TERM, Kind.LIST));
    all.put("transpose", optionally(1, Kind.TERM, Kind.LIST));
    all.put("slice", exactly(Kind.TERM, Kind.WHOLE, Kind.DIM, Kind.DIM, Kind.WHOLE));
    all.put("pad", exactly(Kind.TERM, Kind.WHOLE, Kind.DIM, Kind.DIM, Kind.WHOLE));
    all.put("concat", new ExpressionFunction(List.of(Kind.WHOLE, Kind.TERM), 0, true));
    all.put("gather", optionally(1, Kind.TERM, Kind.TERM, Kind.WHOLE, Kind.WHOLE));
    for (String scatter : List.of("scatter_add", "scatter_set")) {
      all.put(scatter, optionally(1, Kind.TERM, Kind.TERM, Kind.TERM, Kind.WHOLE, Kind.WHOLE));
    }
    all.put("fill", exactly(Kind.CONSTANT, Kind.TYPE));
    all.put("iota", exactly(Kind.WHOLE, Kind.TYPE));
    all.put("dim_size", exactly(Kind.DIM));
    all.put("random", exactly(Kind.TERM, Kind.TERM, Kind.TYPE));
    return Collections.unmodifiableSortedMap(all);
  }

  private static ExpressionFunction exactly(Kind... kinds) {
    return optionally(0, kinds);
  }

  private static ExpressionFunction optionally(int optional, Kind... kinds) {
    return new ExpressionFunction(new ArrayList<>(List.of(kinds)), optional, false);
  }

  ExpressionFunction {
    kinds = List.copyOf(kinds);
  }
}
