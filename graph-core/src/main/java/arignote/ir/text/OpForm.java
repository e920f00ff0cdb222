package arignote.ir.text;

import arignote.ir.Graph;
import arignote.ir.TensorType;
import arignote.ir.op.CoreOp;
import arignote.ir.op.CustomOp;
import arignote.ir.op.Named;
import arignote.ir.op.Op;
import arignote.ir.op.Scan;
import arignote.ir.op.SubGraph;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// How the record of an op is written: the word before its operands, and which of its components
/// stand in braces as attributes.
///
/// @param word the mnemonic; of a custom op the record's simple name
/// @param op the record
/// @param fn the function that the word stands for, which is the record's first component
record OpForm(String word, Class<? extends Op> op, Optional<Named> fn) {
  private static final SortedMap<String, OpForm> CORE = coreForms();

  /// The words of the core ops, sorted.
  static Set<String> coreWords() {
    return CORE.keySet();
  }

  /// The form of a core op.
  ///
  /// @param word one of [#coreWords()]
  static OpForm core(String word) {
    return Objects.requireNonNull(CORE.get(word), word);
  }

  static OpForm of(Op op) {
    return switch (op) {
      case CoreOp core -> core(core.mnemonic());
      case CustomOp custom -> ofCustom(custom.getClass());
    };
  }

  static OpForm ofCustom(Class<? extends CustomOp> op) {
    String word = op == SubGraph.class ? SubGraph.MNEMONIC : op.getSimpleName();
    return new OpForm(word, op, Optional.empty());
  }

  private static SortedMap<String, OpForm> coreForms() {
    SortedMap<String, OpForm> forms = new TreeMap<>();
    for (Class<?> permitted : CoreOp.class.getPermittedSubclasses()) {
      Class<? extends CoreOp> op = permitted.asSubclass(CoreOp.class);
      for (OpForm form : coreForms(op)) {
        if (forms.put(form.word(), form) != null) {
          throw new IllegalStateException("two core ops have the mnemonic " + form.word());
        }
      }
    }
    return Collections.unmodifiableSortedMap(forms);
  }

  private static List<OpForm> coreForms(Class<? extends CoreOp> op) {
    RecordComponent[] components = op.getRecordComponents();
    if (components.length == 0 || !isFunction(components[0])) {
      return List.of(new OpForm(CoreOp.mnemonicOf(op), op, Optional.empty()));
    }
    return Arrays.stream(components[0].getType().getEnumConstants())
        .map(Named.class::cast)
        .map(fn -> new OpForm(fn.mnemonic(), op, Optional.of(fn)))
        .toList();
  }

  private static boolean isFunction(RecordComponent component) {
    return component.getType().isEnum() && Named.class.isAssignableFrom(component.getType());
  }

  /// The components that can stand in braces: not those that the word or the lines of a body say.
  /// An op that is not a record has none.
  List<RecordComponent> attributes() {
    List<RecordComponent> attributes = new ArrayList<>();
    if (op.isRecord()) {
      for (RecordComponent component : op.getRecordComponents()) {
        boolean saidElsewhere =
            fn.isPresent() && component.getType().isInstance(fn.get())
                || component.getType() == Graph.class
                || op == Scan.class
                    && List.of("sequences", "carries").contains(component.getName());
        if (!saidElsewhere) {
          attributes.add(component);
        }
      }
    }
    return attributes;
  }

  /// Whether the op contains a graph, whose lines stand in braces.
  boolean hasBody() {
    return op.isRecord()
        && Arrays.stream(op.getRecordComponents())
            .anyMatch(component -> component.getType() == Graph.class);
  }

  /// The value that an attribute has where it is not written: what the line's type says, or the
  /// usual one.
  static Optional<Object> implied(RecordComponent attribute, TensorType lineType) {
    Object value =
        switch (attribute.getName()) {
          case "type" -> lineType;
          case "shape" -> lineType.shape();
          case "to" -> lineType.dtype();
          case "batch" -> 0;
          case "step" -> 1L;
          case "alpha", "beta" -> 1.0;
          default -> false;
        };
    return Optional.of(value)
        .filter(MethodType.methodType(attribute.getType()).wrap().returnType()::isInstance);
  }

  static Object get(RecordComponent component, Op op) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(op);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(component + " cannot be read", e);
    } catch (InvocationTargetException e) {
      throw rethrown(e);
    }
  }

  /// The op of this form.
  ///
  /// @param values the values of all components but the function, by name
  Op create(Map<String, Object> values) {
    RecordComponent[] components = op.getRecordComponents();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    Object[] arguments = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      boolean isFunction = i == 0 && fn.isPresent();
      String name = components[i].getName();
      arguments[i] = isFunction ? fn.get() : Objects.requireNonNull(values.get(name), name);
    }
    try {
      Constructor<? extends Op> constructor = op.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      throw rethrown(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(op + " cannot be made", e);
    }
  }

  private static RuntimeException rethrown(InvocationTargetException e) {
    return switch (e.getCause()) {
      case RuntimeException cause -> cause;
      case Error cause -> throw cause;
      case null, default -> new IllegalStateException(e);
    };
  }
}
