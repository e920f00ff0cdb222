package arignote.rewrite.rules;

import arignote.ir.op.Binary;
import arignote.ir.op.Cast;
import arignote.ir.op.Compare;
import arignote.ir.op.CompareFn;
import arignote.ir.op.Op;
import arignote.ir.op.Select;
import arignote.ir.op.Unary;
import java.util.Locale;
import java.util.OptionalInt;

/// Ops that coded rules treat alike.
enum OpGroup {
  /// Functions of each element, or of elements at the same position.
  ELEMENTWISE,
  /// Functions of two elements that are the same, or have a counterpart that is, with the operands
  /// exchanged: commutative ones and comparisons.
  SYMMETRIC;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean contains(Op op) {
    return switch (this) {
      case ELEMENTWISE ->
          switch (op) {
            case Unary _, Binary _, Compare _, Select _, Cast _ -> true;
            default -> false;
          };
      case SYMMETRIC ->
          switch (op) {
            case Binary(var fn) -> fn.isCommutative();
            case Compare _ -> true;
            default -> false;
          };
    };
  }

  OptionalInt arity() {
    return switch (this) {
      case ELEMENTWISE -> OptionalInt.empty();
      case SYMMETRIC -> OptionalInt.of(2);
    };
  }

  /// The comparison that holds with the operands exchanged.
  static CompareFn exchanged(CompareFn fn) {
    return switch (fn) {
      case EQ -> CompareFn.EQ;
      case NE -> CompareFn.NE;
      case LT -> CompareFn.GT;
      case LE -> CompareFn.GE;
      case GT -> CompareFn.LT;
      case GE -> CompareFn.LE;
    };
  }
}
