package arignote.dsl;

import arignote.ir.Site;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// Records as trees of variables: parameters, states of scans and gradients are the user's own
/// records. A tree is a variable, a record, a list or a map with string keys of trees; other
/// values, such as a number of units, are carried along unchanged.
public final class Trees {
  private Trees() {}

  /// The variables of a tree by path, in the order of record components, list elements and map
  /// entries: `input.w`, `layers.0.b`. A tree that is a variable itself has the path "".
  public static Map<String, Variable> leaves(Object tree) {
    Map<String, Variable> leaves = new LinkedHashMap<>();
    map(
        tree,
        (path, variable) -> {
          leaves.put(path, variable);
          return variable;
        });
    return leaves;
  }

  /// The variables of a tree, in the order of [#leaves].
  public static List<Variable> variables(Object tree) {
    return List.copyOf(leaves(tree).values());
  }

  /// A tree like `tree` with other variables, in the order of [#leaves].
  ///
  /// @throws TypeException if there are not as many, or a record component cannot hold its variable
  public static <T> T rebuild(T tree, List<? extends Variable> variables) {
    int expected = variables(tree).size();
    if (expected != variables.size()) {
      throw new TypeException(
          "tree: %s has %d variables, %d were given"
              .formatted(tree.getClass().getSimpleName(), expected, variables.size()));
    }
    Iterator<? extends Variable> next = variables.iterator();
    return map(tree, (_, _) -> next.next());
  }

  /// A tree like `tree` with each variable replaced by what `function` makes of its path and
  /// itself.
  ///
  /// @throws TypeException if a record component cannot hold its new variable
  public static <T> T map(T tree, BiFunction<String, Variable, ? extends Variable> function) {
    @SuppressWarnings("unchecked")
    T mapped = (T) mapNode("", tree, function);
    return mapped;
  }

  private static Object mapNode(
      String path,
      @Nullable Object node,
      BiFunction<String, Variable, ? extends Variable> function) {
    if (node == null) {
      throw new TypeException(
              "tree: expected %s, found null"
                  .formatted(
                      path.isEmpty()
                          ? "a variable, or a record, list or map of variables"
                          : "a variable or a tree of them as \"" + path + "\""))
          .at(Site.current());
    }
    return switch (node) {
      case Variable variable -> function.apply(path, variable);
      case Record tree -> mapRecord(path, tree, function);
      case List<?> list -> {
        List<Object> mapped = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
          mapped.add(mapNode(join(path, Integer.toString(i)), list.get(i), function));
        }
        yield List.copyOf(mapped);
      }
      case Map<?, ?> map -> {
        Map<Object, Object> mapped = new LinkedHashMap<>();
        map.forEach(
            (key, value) -> mapped.put(key, mapNode(join(path, key.toString()), value, function)));
        yield mapped;
      }
      default -> node;
    };
  }

  private static Record mapRecord(
      String path, Record tree, BiFunction<String, Variable, ? extends Variable> function) {
    RecordComponent[] components = tree.getClass().getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    try {
      for (int i = 0; i < components.length; i++) {
        types[i] = components[i].getType();
        components[i].getAccessor().setAccessible(true);
        Object value = components[i].getAccessor().invoke(tree);
        String component = join(path, components[i].getName());
        values[i] = mapNode(component, value, function);
        if (!types[i].isPrimitive() && !types[i].isInstance(values[i])) {
          throw new TypeException(
              "tree: the component \"%s\" of %s is declared as %s and cannot hold a %s; declare it as Variable"
                  .formatted(
                      component,
                      tree.getClass().getSimpleName(),
                      types[i].getSimpleName(),
                      values[i].getClass().getSimpleName()));
        }
      }
      Constructor<?> constructor = tree.getClass().getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return (Record) constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot take apart the record " + tree.getClass(), e);
    }
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
