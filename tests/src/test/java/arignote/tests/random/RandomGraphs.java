package arignote.tests.random;

import arignote.dsl.Conditional;
import arignote.dsl.Loop;
import arignote.dsl.Maths;
import arignote.dsl.Shapes;
import arignote.dsl.Step;
import arignote.dsl.Values;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/// Makes graphs at random, from a seed: elementwise ops, selects, products, shapes, indexing, loops
/// and conditionals in each other, put together as models are.
///
/// Values stay of moderate size and depend continuously on the arguments, so that graphs can be
/// compared after rewrites that round differently: what is compared with `lt`, or chooses a branch,
/// are arguments only.
final class RandomGraphs {
  private static final int MOST_NESTED = 2;

  private final Random random;
  private final List<Input> inputs = new ArrayList<>();
  private final List<Input> parameters = new ArrayList<>();

  /// What can be used at the present place: in a loop also what was there before it.
  private final List<Variable> pool = new ArrayList<>();

  private int nested;

  private RandomGraphs(long seed) {
    random = new Random(seed);
  }

  /// A graph over the symbols `T` and `B`, with `f64` outputs.
  static Graph make(long seed) {
    return new RandomGraphs(seed).make();
  }

  private Graph make() {
    Dim steps = Dim.symbol("T");
    Dim rows = Dim.symbol("B");
    List<List<Dim>> shapes =
        List.of(
            List.of(steps, rows, Dim.of(3)),
            List.of(steps, Dim.of(3)),
            List.of(rows, Dim.of(3)),
            List.of(steps, rows),
            List.of(Dim.of(3)),
            List.of(steps, Dim.of(4), rows, Dim.of(2)));
    for (List<Dim> shape : shapes) {
      argument(shape);
    }
    argument(List.of(steps, rows, Dim.of(2)));
    pool.add(add(new Input("mask", new TensorType(DType.BOOL, List.of(steps, rows)))));
    pool.add(add(new Input("rowMask", new TensorType(DType.BOOL, List.of(rows)))));
    pool.add(add(new Input("index", new TensorType(DType.I64, List.of(steps, rows)))));
    grow(4 + random.nextInt(6));
    int before = pool.size();
    loop();
    grow(random.nextInt(4));
    if (random.nextBoolean()) {
      loop();
      grow(random.nextInt(4));
    }
    List<Variable> outputs = new ArrayList<>();
    for (Variable late : pool.subList(before, pool.size())) {
      if (late.type().dtype() == DType.F64 && (random.nextInt(3) > 0 || outputs.isEmpty())) {
        outputs.add(late);
      }
    }
    return new Graph(inputs, outputs);
  }

  private Input add(Input input) {
    inputs.add(input);
    return input;
  }

  private void argument(List<Dim> shape) {
    pool.add(add(new Input("x" + inputs.size(), new TensorType(DType.F64, shape))));
  }

  private Variable parameter(Dim... shape) {
    TensorType type = TensorType.of(DType.F64, shape);
    List<Input> same = parameters.stream().filter(p -> p.type().equals(type)).toList();
    if (same.size() > 1 && random.nextInt(3) > 0) {
      return same.get(random.nextInt(same.size()));
    }
    Input parameter = add(new Input("w" + inputs.size(), type));
    parameters.add(parameter);
    return parameter;
  }

  private void grow(int nodes) {
    for (int i = 0; i < nodes; i++) {
      pool.add(node());
    }
  }

  /// A value from the pool; more often a late one.
  private Variable any(Predicate<Variable> wanted) {
    List<Variable> found = pool.stream().filter(wanted).toList();
    int skipped = Math.min(random.nextInt(found.size()), random.nextInt(found.size()));
    return found.get(found.size() - 1 - skipped);
  }

  private Variable number() {
    return any(x -> x.type().dtype() == DType.F64);
  }

  private Variable number(int rank) {
    return any(x -> x.type().dtype() == DType.F64 && x.type().rank() >= rank);
  }

  private Variable node() {
    Variable x = number();
    return switch (random.nextInt(21)) {
      case 0 -> Maths.tanh(x);
      case 1 -> Maths.sigmoid(x);
      case 2 -> Maths.sin(x);
      case 3 -> x.neg();
      case 4, 5 -> Maths.tanh(x.add(like(x.type())));
      case 6 -> x.sub(like(x.type())).mul(0.5);
      case 7 -> Maths.tanh(x).mul(like(x.type()));
      case 8 -> Maths.select(condition(x.type()), x, like(x.type()));
      case 9, 10, 11 -> product(number(1));
      case 12 -> sum(number(1));
      case 13 -> random.nextBoolean() ? shape(number(1)) : concat(number(1));
      case 14 -> gather();
      case 15, 16 -> gates();
      case 20 -> cumulated(number(1));
      case 17, 18 -> nested < MOST_NESTED ? conditional() : x.neg();
      default ->
          nested < MOST_NESTED && random.nextInt(3) == 0 ? loop() : Maths.square(Maths.sin(x));
    };
  }

  /// A value of a type, from the pool or made of a value from the pool.
  private Variable like(TensorType type) {
    List<Variable> same = pool.stream().filter(x -> x.type().equals(type)).toList();
    if (!same.isEmpty() && random.nextInt(4) > 0) {
      return same.get(random.nextInt(same.size()));
    }
    if (type.rank() > 0 && type.dim(type.rank() - 1).constant().isPresent()) {
      Dim last = type.dim(type.rank() - 1);
      List<Variable> rows =
          pool.stream()
              .filter(x ->
                  x.type().dtype() == DType.F64
                      && x.type().rank() == type.rank()
                      && type.rank() <= 2
                      && x.type().dim(type.rank() - 1).constant().isPresent()
                      && x.type().withDim(type.rank() - 1, last).equals(type))
              .toList();
      if (!rows.isEmpty()) {
        Variable x = rows.get(random.nextInt(rows.size()));
        return x.dot(parameter(x.type().dim(type.rank() - 1), last));
      }
      if (random.nextBoolean()) {
        return Shapes.broadcast(parameter(last), type.shape().toArray());
      }
    }
    Variable x = number();
    Variable scalar = x.type().isScalar() ? x : Maths.tanh(x.sum());
    return Shapes.broadcast(scalar, type.shape().toArray());
  }

  private Variable condition(TensorType type) {
    for (Variable mask : pool.reversed()) {
      TensorType found = mask.type();
      if (found.dtype() == DType.BOOL
          && found.rank() <= type.rank()
          && found.shape().equals(type.shape().subList(0, found.rank()))) {
        Variable expanded = mask;
        while (expanded.type().rank() < type.rank()) {
          expanded = expanded.expandDims(expanded.type().rank());
        }
        return Shapes.broadcast(expanded, type.shape().toArray());
      }
    }
    Input threshold = inputs.get(4);
    return Shapes.broadcast(threshold.sum().gt(0), type.shape().toArray());
  }

  private Variable product(Variable x) {
    int rank = x.type().rank();
    Dim last = x.type().dim(rank - 1);
    if (last.constant().isEmpty()) {
      return x.mean(rank - 1);
    }
    if (rank == 2 && random.nextInt(4) == 0) {
      return Maths.tanh(x.transpose().dot(x));
    }
    Variable flat = rank > 2 ? x.reshape(-1, last) : x;
    Variable product = flat.dot(parameter(last, Dim.of(2 + random.nextInt(3))));
    if (rank > 2) {
      List<Object> shape = new ArrayList<>(x.type().shape().subList(0, rank - 1));
      shape.add(product.type().dim(1));
      product = product.reshape(shape.toArray());
    }
    return Maths.tanh(product);
  }

  /// Several products of one value, as the gates of a recurrent cell have them, and their sum.
  private Variable gates() {
    Variable x = number(1);
    int rank = x.type().rank();
    Dim last = x.type().dim(rank - 1);
    if (rank > 2 || last.constant().isEmpty()) {
      return Maths.sigmoid(x);
    }
    Dim width = Dim.of(3);
    Variable sum = Maths.sigmoid(x.dot(parameter(last, width)));
    for (int i = random.nextInt(3); i >= 0; i--) {
      Variable gate = Maths.tanh(x.dot(parameter(last, width)));
      sum = random.nextBoolean() ? sum.mul(gate) : sum.add(gate.dot(parameter(width, width)));
    }
    return Maths.tanh(sum);
  }

  private Variable sum(Variable x) {
    int axis = random.nextInt(x.type().rank());
    boolean surelyThere = x.type().dim(axis).constant().orElse(0) > 0;
    return switch (random.nextInt(4)) {
      case 0 -> Maths.tanh(x.sum());
      case 1 -> surelyThere ? x.max(axis) : x.sum(axis);
      default -> Maths.tanh(x.sum(axis));
    };
  }

  private Variable cumulated(Variable x) {
    int axis = random.nextInt(x.type().rank());
    return switch (random.nextInt(4)) {
      case 0 -> Maths.sin(x).cumprod(axis);
      case 1 -> x.cummax(axis);
      case 2 -> Shapes.reverse(Maths.tanh(x), axis).cummin(axis);
      default -> Maths.tanh(x.cumsum(axis));
    };
  }

  private Variable shape(Variable x) {
    int rank = x.type().rank();
    int axis = random.nextInt(rank);
    return switch (random.nextInt(5)) {
      case 0 -> x.transpose();
      case 1 -> x.expandDims(axis);
      case 2 -> Shapes.reverse(x, axis);
      case 3 -> rank > 1 ? x.reshape(-1, x.type().dim(rank - 1)) : Shapes.pad(x, 0, 1, 0);
      default ->
          x.type().dim(axis).constant().orElse(0) > 1
              ? x.slice(axis, 1, x.type().dim(axis))
              : Shapes.pad(x, axis, 1, 1);
    };
  }

  private Variable concat(Variable x) {
    int axis = random.nextInt(x.type().rank());
    return Shapes.concat(axis, x, like(x.type()));
  }

  private Variable gather() {
    Variable index = any(x -> x.type().dtype() == DType.I64 || x.type().dtype() == DType.F64);
    if (index.type().dtype() == DType.I64 && index.type().rank() > 0) {
      return Shapes.take(parameter(Dim.of(3), Dim.of(2)), index, 0);
    }
    Variable x = number();
    return Maths.maximum(x, like(x.type()));
  }

  /// A loop over what has a common first axis; its results go to the pool too.
  private Variable loop() {
    Variable first = number(1);
    Dim steps = first.type().dim(0);
    List<Variable> sequences = new ArrayList<>(List.of(first));
    for (int i = random.nextInt(4); i > 0; i--) {
      sequences.add(any(x -> x.type().rank() > 0 && x.type().dim(0).equals(steps)));
    }
    for (Variable mask : pool) {
      if (mask.type().dtype() == DType.BOOL
          && mask.type().rank() > 0
          && mask.type().dim(0).equals(steps)) {
        sequences.add(mask);
        break;
      }
    }
    List<Variable> initial = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      Variable like = number();
      initial.add(random.nextBoolean() ? like : Values.zerosLike(like));
    }
    Loop<List<Variable>> loop = Loop.over(sequences);
    if (random.nextInt(3) == 0) {
      loop = loop.reversed();
    }
    var run = loop.emit(initial, this::step);
    List<Variable> results = new ArrayList<>(run.last());
    for (Variable history : run.stacked()) {
      results.add(history);
      if (random.nextInt(4) == 0 && history.type().dim(0).constant().orElse(0) > 0) {
        results.add(history.get(-1));
      }
    }
    pool.addAll(results);
    return results.isEmpty() ? first : Maths.tanh(results.getLast());
  }

  /// A choice between two branches; its results go to the pool too.
  private Variable conditional() {
    if (random.nextInt(6) == 0) {
      return maximumIfAny(number(1));
    }
    List<TensorType> types = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      types.add(number().type());
    }
    List<Variable> results =
        Conditional.cond(predicate(), () -> branch(types), () -> branch(types));
    pool.addAll(results);
    return Maths.tanh(results.getFirst());
  }

  /// What must not be computed if it is not asked for: the maximum of nothing is an error.
  private static Variable maximumIfAny(Variable x) {
    TensorType reduced = x.sum(0).type();
    return Conditional.cond(
        Values.size(x, 0).gt(0),
        () -> x.max(0),
        () -> Values.zeros(reduced.dtype(), reduced.shape().toArray()));
  }

  private Variable predicate() {
    List<Variable> truths = pool.stream().filter(x -> x.type().dtype() == DType.BOOL).toList();
    if (random.nextInt(8) == 0) {
      return Values.constant(DType.BOOL, random.nextInt(2));
    }
    if (truths.isEmpty() || random.nextBoolean()) {
      return inputs.get(random.nextInt(6)).sum().gt(0);
    }
    Variable truth = truths.get(random.nextInt(truths.size()));
    return truth.type().isScalar() ? truth : Maths.any(truth);
  }

  private List<Variable> branch(List<TensorType> types) {
    List<Variable> outside = enter(List.of());
    if (nested < MOST_NESTED && random.nextInt(4) == 0) {
      pool.add(loop());
    }
    grow(random.nextInt(4));
    List<Variable> results = new ArrayList<>();
    for (TensorType type : types) {
      Variable result = like(type);
      results.add(
          switch (random.nextInt(4)) {
            case 0 -> result;
            case 1 -> Maths.sin(result);
            default -> result.mul(Maths.tanh(number().sum()));
          });
    }
    leave(outside);
    return results;
  }

  /// Starts the inside of a loop or branch: few of the values outside are captured.
  ///
  /// @param given what is there from the start
  /// @return the pool outside
  private List<Variable> enter(List<Variable> given) {
    List<Variable> outside = List.copyOf(pool);
    nested++;
    List<Variable> captured = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      captured.add(any(_ -> true));
    }
    pool.clear();
    pool.addAll(captured);
    pool.addAll(given);
    if (pool.stream().noneMatch(x -> x.type().dtype() == DType.F64 && x.type().rank() > 0)) {
      pool.add(parameter(Dim.of(3)));
    }
    return outside;
  }

  private void leave(List<Variable> outside) {
    pool.clear();
    pool.addAll(outside);
    nested--;
  }

  private Step<List<Variable>, List<Variable>> step(
      List<Variable> elements, List<Variable> carries) {
    List<Variable> given = new ArrayList<>(carries);
    given.addAll(elements);
    List<Variable> outside = enter(given);
    grow(3 + random.nextInt(nested > 1 ? 6 : 14));
    List<Variable> next = new ArrayList<>();
    for (Variable carry : carries) {
      next.add(next(carry, carries));
    }
    List<Variable> outputs = new ArrayList<>();
    for (int i = random.nextInt(5); i >= 0; i--) {
      outputs.add(number());
    }
    leave(outside);
    return new Step<>(next, outputs);
  }

  private Variable next(Variable carry, List<Variable> carries) {
    TensorType type = carry.type();
    return switch (random.nextInt(9)) {
      case 0 -> carry;
      case 1 -> {
        List<Variable> same = carries.stream().filter(c -> c.type().equals(type)).toList();
        yield same.get(random.nextInt(same.size()));
      }
      case 2 -> Maths.select(condition(type), Maths.tanh(like(type)), carry);
      case 3, 4 -> carry.add(term(type));
      case 5 -> carry.sub(term(type)).add(term(type));
      case 6 -> Maths.tanh(like(type));
      default -> Maths.tanh(carry.mul(0.5).add(like(type)));
    };
  }

  /// What a sum over steps adds: a product of two matrices of the step, if there are such.
  private Variable term(TensorType type) {
    if (type.rank() == 2) {
      List<Variable> left =
          pool.stream().filter(x -> x.type().rank() == 2 && isFactor(x, type.dim(0))).toList();
      for (Variable x : left) {
        for (Variable y : pool) {
          if (y.type().rank() == 2
              && isFactor(y, type.dim(1))
              && y.type().dim(0).equals(x.type().dim(0))) {
            return x.transpose().dot(y);
          }
        }
      }
    }
    if (type.rank() == 1) {
      for (Variable x : pool.reversed()) {
        if (x.type().rank() == 2 && isFactor(x, type.dim(0))) {
          return x.sum(0);
        }
      }
    }
    return like(type);
  }

  private static boolean isFactor(Variable x, Dim columns) {
    return x.type().dtype() == DType.F64 && x.type().dim(1).equals(columns);
  }
}
