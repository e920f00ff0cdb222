package arignote.rewrite.rules;

import arignote.ir.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/// Computations on attributes in rules: of axes, permutations and shapes.
enum AttributeFunction {
  /// `compose(p, q)`: the permutation of a transpose by `p` and then by `q`.
  COMPOSE(2) {
    @Override
    Object apply(List<Object> arguments) {
      List<Long> first = longs(arguments.get(0));
      return longs(arguments.get(1)).stream().map(axis -> first.get(axis.intValue())).toList();
    }
  },
  /// `at(p, a)`: where axis `a` of a transpose by `p` comes from.
  AT(2) {
    @Override
    Object apply(List<Object> arguments) {
      return longs(arguments.get(0)).get(((Long) arguments.get(1)).intValue());
    }
  },
  /// `before(a, i)`: what axis `i` was before the axes `a` were reduced.
  BEFORE(2) {
    @Override
    Object apply(List<Object> arguments) {
      return kept(longs(arguments.get(0)), (Long) arguments.get(1));
    }
  },
  /// `merge(a, b)`: the axes of a reduction along `a` and, of what is left, along `b`.
  MERGE(2) {
    @Override
    Object apply(List<Object> arguments) {
      List<Long> first = longs(arguments.get(0));
      List<Long> all = new ArrayList<>(first);
      longs(arguments.get(1)).forEach(axis -> all.add(kept(first, axis)));
      return all.stream().sorted().toList();
    }
  },
  /// `through(p, a)`: where the axes `a` of a transpose by `p` come from.
  THROUGH(2) {
    @Override
    Object apply(List<Object> arguments) {
      List<Long> permutation = longs(arguments.get(0));
      return longs(arguments.get(1)).stream()
          .map(axis -> permutation.get(axis.intValue()))
          .sorted()
          .toList();
    }
  },
  /// `rest(p, a)`: the permutation that is left of a transpose by `p` without the axes `a` of its
  /// result.
  REST(2) {
    @Override
    Object apply(List<Object> arguments) {
      List<Long> axes = longs(arguments.get(1));
      List<Long> permutation = longs(arguments.get(0));
      List<Long> left =
          LongStream.range(0, permutation.size())
              .filter(axis -> !axes.contains(axis))
              .mapToObj(axis -> permutation.get((int) axis))
              .toList();
      List<Long> sorted = left.stream().sorted().toList();
      return left.stream().map(axis -> (long) sorted.indexOf(axis)).toList();
    }
  },
  /// `all_axes(x)`: the numbers of all axes.
  ALL_AXES(1) {
    @Override
    Object apply(List<Object> arguments) {
      return LongStream.range(0, ((Variable) arguments.getFirst()).type().rank()).boxed().toList();
    }
  },
  /// `value(c)`: the number that a constant has at every element.
  VALUE(1) {
    @Override
    Object apply(List<Object> arguments) {
      Variable constant = (Variable) arguments.getFirst();
      return Splat.shortest(Splat.valueOf(constant).orElseThrow(), constant.type().dtype());
    }
  },
  /// `length(x, a)`: the length of axis `a`.
  LENGTH(2) {
    @Override
    Object apply(List<Object> arguments) {
      return ((Variable) arguments.get(0)).type().dim(((Long) arguments.get(1)).intValue());
    }
  };

  private final int arity;

  AttributeFunction(int arity) {
    this.arity = arity;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  int arity() {
    return arity;
  }

  /// The value for arguments of the right kinds, as the linter and the soundness test see to.
  abstract Object apply(List<Object> arguments);

  @SuppressWarnings("unchecked")
  static List<Long> longs(Object value) {
    return (List<Long>) value;
  }

  private static long kept(List<Long> reduced, long axis) {
    long before = axis;
    for (long each : reduced.stream().sorted().toList()) {
      if (each <= before) {
        before++;
      }
    }
    return before;
  }
}
