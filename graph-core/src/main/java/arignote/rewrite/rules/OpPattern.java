package arignote.rewrite.rules;

import arignote.ir.op.ArgReduce;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Compare;
import arignote.ir.op.CompareFn;
import arignote.ir.op.CoreOp;
import arignote.ir.op.Cumulate;
import arignote.ir.op.Named;
import arignote.ir.op.Op;
import arignote.ir.op.Reduce;
import arignote.ir.op.Scatter;
import arignote.ir.op.Unary;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/// Which ops a node of a pattern matches.
sealed interface OpPattern {
  /// Ops with one function: `exp`, `sum`, `scatter_add`.
  record Function(Named fn, RecordForm of) implements OpPattern {
    @Override
    public String toString() {
      return fn.mnemonic();
    }
  }

  /// Ops of one record, whatever their function, which is the attribute `fn`: `reshape`, `reduce`.
  record Kind(RecordForm of) implements OpPattern {
    @Override
    public String toString() {
      return of.word();
    }
  }

  /// Ops of several records, on the left side of coded rules only.
  record Group(OpGroup group) implements OpPattern {
    @Override
    public String toString() {
      return group.word();
    }
  }

  /// What a function or a record says, by its word in rule files.
  static Optional<OpPattern> named(String word) {
    return Optional.ofNullable(Words.ALL.get(word));
  }

  /// All words, sorted.
  static List<String> words() {
    return List.copyOf(Words.ALL.keySet());
  }

  default boolean matches(Op op) {
    return switch (this) {
      case Function(Named fn, _) -> keyOf(op) == fn;
      case Kind(RecordForm form) -> form.type() == op.getClass();
      case Group(OpGroup group) -> group.contains(op);
    };
  }

  /// Whether a pattern tries the two operands in both orders.
  default boolean isCommutative() {
    return this instanceof Function(Named fn, _) && isCommutative(fn);
  }

  static boolean isCommutative(Named fn) {
    return switch (fn) {
      case BinaryFn binary -> binary.isCommutative();
      case CompareFn compare -> compare == CompareFn.EQ || compare == CompareFn.NE;
      default -> false;
    };
  }

  /// How many operands the ops take; nothing if that varies.
  default OptionalInt arity() {
    return switch (this) {
      case Function(_, RecordForm form) -> form.arity();
      case Kind(RecordForm form) -> form.arity();
      case Group(OpGroup group) -> group.arity();
    };
  }

  /// The ops' form, if it is one.
  default Optional<RecordForm> form() {
    return switch (this) {
      case Function(_, RecordForm form) -> Optional.of(form);
      case Kind(RecordForm form) -> Optional.of(form);
      case Group _ -> Optional.empty();
    };
  }

  /// The names of the attributes that a pattern can have.
  default List<String> attributeNames() {
    List<String> names = form().map(RecordForm::componentNames).orElse(List.of());
    return this instanceof Function ? names.subList(1, names.size()) : names;
  }

  /// The op with these attributes.
  default CoreOp create(Map<String, Object> attributes) {
    return switch (this) {
      case Function(Named fn, RecordForm form) -> {
        Map<String, Object> all = new TreeMap<>(attributes);
        all.put("fn", fn);
        yield form.create(all);
      }
      case Kind(RecordForm form) -> form.create(attributes);
      case Group(OpGroup group) -> throw new IllegalStateException(group.word() + " is not one op");
    };
  }

  /// The function that gives an op its mnemonic, or else its class: ops of equal keys match the
  /// same patterns but for attributes and operands.
  static Object keyOf(Op op) {
    return switch (op) {
      case Unary(var fn) -> fn;
      case Binary(var fn) -> fn;
      case Compare(var fn) -> fn;
      case Reduce(var fn, _) -> fn;
      case ArgReduce(var fn, _) -> fn;
      case Cumulate(var fn, _, _) -> fn;
      case Scatter(var fn, _, _) -> fn;
      default -> op.getClass();
    };
  }

  /// Every op that rules can name. Records that say their function by the mnemonic have a word of
  /// their own too, for rules on any of them.
  final class Words {
    private static final SortedMap<String, OpPattern> ALL = all();

    private Words() {}

    private static SortedMap<String, OpPattern> all() {
      SortedMap<String, OpPattern> words = new TreeMap<>();
      for (Class<?> permitted : CoreOp.class.getPermittedSubclasses()) {
        RecordForm form = new RecordForm(permitted.asSubclass(CoreOp.class));
        words.put(form.word(), new Kind(form));
        for (Named fn : form.functions()) {
          words.put(fn.mnemonic(), new Function(fn, form));
        }
      }
      for (OpGroup group : OpGroup.values()) {
        words.put(group.name().toLowerCase(Locale.ROOT), new Group(group));
      }
      return Collections.unmodifiableSortedMap(words);
    }
  }
}
