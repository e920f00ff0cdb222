package arignote.autodiff.testing;

import arignote.autodiff.testing.ExpressionParser.ArgumentContext;
import arignote.autodiff.testing.ExpressionParser.ItemContext;
import arignote.autodiff.testing.ExpressionParser.ListContext;
import arignote.dsl.Maths;
import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.ArgReduce;
import arignote.ir.op.ArgReduceFn;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Cast;
import arignote.ir.op.CompareFn;
import arignote.ir.op.Concat;
import arignote.ir.op.Cumulate;
import arignote.ir.op.CumulateFn;
import arignote.ir.op.DimSize;
import arignote.ir.op.Dot;
import arignote.ir.op.Fill;
import arignote.ir.op.Gather;
import arignote.ir.op.Gemm;
import arignote.ir.op.Iota;
import arignote.ir.op.Named;
import arignote.ir.op.Op;
import arignote.ir.op.Pad;
import arignote.ir.op.Random;
import arignote.ir.op.Reduce;
import arignote.ir.op.ReduceFn;
import arignote.ir.op.Reshape;
import arignote.ir.op.Scatter;
import arignote.ir.op.ScatterFn;
import arignote.ir.op.Slice;
import arignote.ir.op.Transpose;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import arignote.ir.text.IrParseException;
import arignote.ir.text.IrParser;
import arignote.tensor.DType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// A call in an expression: what elementwise functions take is broadcast and promoted as in the
/// DSL, everything else is the op itself.
///
/// @param operands the arguments that are tensors
/// @param attributes the others
record ExpressionCall(
    ExpressionText text, String name, List<Variable> operands, List<ArgumentContext> attributes) {
  Variable build() {
    Optional<UnaryFn> unary = named(UnaryFn.values());
    if (unary.isPresent()) {
      return apply(new Unary(unary.get()));
    }
    Optional<BinaryFn> binary = named(BinaryFn.values());
    if (binary.isPresent()) {
      return binary(binary.get(), operands.get(0), operands.get(1));
    }
    Optional<CompareFn> compare = named(CompareFn.values());
    if (compare.isPresent()) {
      return compare(compare.get(), operands.get(0), operands.get(1));
    }
    Optional<ReduceFn> reduce = named(ReduceFn.values());
    if (reduce.isPresent()) {
      return apply(new Reduce(reduce.get(), axes()));
    }
    Optional<ArgReduceFn> argReduce = named(ArgReduceFn.values());
    if (argReduce.isPresent()) {
      return apply(new ArgReduce(argReduce.get(), whole(0)));
    }
    Optional<CumulateFn> cumulate = named(CumulateFn.values());
    if (cumulate.isPresent()) {
      return apply(new Cumulate(cumulate.get(), whole(0), attributes.size() > 1 && number(1) != 0));
    }
    Optional<DType> dtype =
        Arrays.stream(DType.values()).filter(each -> each.toString().equals(name)).findFirst();
    return dtype.isPresent() ? constant(dtype.get()) : other();
  }

  private <F extends Named> Optional<F> named(F[] functions) {
    return Arrays.stream(functions).filter(fn -> fn.mnemonic().equals(name)).findFirst();
  }

  private Variable other() {
    return switch (name) {
      case "mean" -> Maths.mean(operands.getFirst(), axes().stream().mapToInt(i -> i).toArray());
      case "select" -> Maths.select(operands.get(0), operands.get(1), operands.get(2));
      case "cast" -> apply(new Cast(type(0).dtype()));
      case "dot" ->
          attributes.isEmpty()
              ? Maths.dot(operands.get(0), operands.get(1))
              : apply(new Dot(whole(0)));
      case "gemm" -> apply(new Gemm(number(0), number(1)));
      case "broadcast" -> apply(new Broadcast(dims(0)));
      case "reshape" -> apply(new Reshape(dims(0)));
      case "transpose" -> apply(new Transpose(attributes.isEmpty() ? axes().reversed() : axes()));
      case "slice" -> apply(new Slice(whole(0), dim(1), dim(2), whole(3)));
      case "pad" -> apply(new Pad(whole(0), dim(1), dim(2), whole(3)));
      case "concat" -> apply(new Concat(whole(0)));
      case "gather" -> apply(new Gather(whole(0), batch()));
      case "scatter_add" -> apply(new Scatter(ScatterFn.ADD, whole(0), batch()));
      case "scatter_set" -> apply(new Scatter(ScatterFn.SET, whole(0), batch()));
      case "fill" -> apply(new Fill(number(0), type(1)));
      case "iota" -> apply(new Iota(whole(0), type(1)));
      case "dim_size" -> apply(new DimSize(dim(0)));
      case "random" -> apply(new Random(type(0)));
      default -> throw new IllegalStateException("not a function: " + name);
    };
  }

  private Variable apply(Op op) {
    return Apply.of(op, operands).result();
  }

  private static Variable binary(BinaryFn fn, Variable x, Variable y) {
    return switch (fn) {
      case ADD -> Maths.add(x, y);
      case SUB -> Maths.sub(x, y);
      case MUL -> Maths.mul(x, y);
      case DIV -> Maths.div(x, y);
      case FLOORDIV -> Maths.floordiv(x, y);
      case MOD -> Maths.mod(x, y);
      case POW -> Maths.pow(x, y);
      case MINIMUM -> Maths.minimum(x, y);
      case MAXIMUM -> Maths.maximum(x, y);
      case ATAN2 -> Maths.atan2(x, y);
      case AND -> Maths.and(x, y);
      case OR -> Maths.or(x, y);
      case XOR -> Maths.xor(x, y);
    };
  }

  private static Variable compare(CompareFn fn, Variable x, Variable y) {
    return switch (fn) {
      case EQ -> Maths.eq(x, y);
      case NE -> Maths.ne(x, y);
      case LT -> Maths.lt(x, y);
      case LE -> Maths.le(x, y);
      case GT -> Maths.gt(x, y);
      case GE -> Maths.ge(x, y);
    };
  }

  /// The axes in the list that is the only attribute; all if there is none.
  private List<Integer> axes() {
    if (attributes.isEmpty()) {
      return IntStream.range(0, operands.getFirst().type().rank()).boxed().toList();
    }
    return list(0).item().stream().map(item -> whole(attributes.get(0), item.getText())).toList();
  }

  private int batch() {
    return attributes.size() > 1 ? whole(1) : 0;
  }

  private int whole(int attribute) {
    return whole(attributes.get(attribute), attributes.get(attribute).getText());
  }

  private int whole(ArgumentContext context, String number) {
    try {
      return Integer.parseInt(number);
    } catch (NumberFormatException e) {
      throw text.error(context, "%s: expected a whole number, found %s".formatted(name, number));
    }
  }

  private double number(int attribute) {
    String number = attributes.get(attribute).getText();
    return switch (number) {
      case "true" -> 1;
      case "false" -> 0;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      case "nan" -> Double.NaN;
      default -> {
        try {
          yield Double.parseDouble(number);
        } catch (NumberFormatException e) {
          throw text.error(
              attributes.get(attribute), "%s: expected a number, found %s".formatted(name, number));
        }
      }
    };
  }

  private Dim dim(int attribute) {
    return IrParser.parseDim(attributes.get(attribute).getText());
  }

  private List<Dim> dims(int attribute) {
    return list(attribute).item().stream().map(item -> IrParser.parseDim(item.getText())).toList();
  }

  private TensorType type(int attribute) {
    return IrParser.parseType(attributes.get(attribute).getText());
  }

  private ListContext list(int attribute) {
    ListContext list = attributes.get(attribute).list();
    if (list == null) {
      throw text.error(
          attributes.get(attribute),
          "%s: expected a list such as [0, 1], found %s"
              .formatted(name, attributes.get(attribute).getText()));
    }
    return list;
  }

  /// The constant of which the first attribute has the elements.
  private Variable constant(DType dtype) {
    ArgumentContext argument = attributes.getFirst();
    StringBuilder shape = new StringBuilder();
    ListContext list = argument.list();
    while (list != null) {
      shape.append(shape.isEmpty() ? "" : ",").append(list.item().size());
      ItemContext first = list.item().isEmpty() ? null : list.item(0);
      list = first == null ? null : first.list();
    }
    String type = dtype + (shape.isEmpty() ? "" : "[" + shape + "]");
    String graph =
        "graph @constant() -> %s { %%0 = constant {value=%s} : %s return %%0 }"
            .formatted(type, argument.getText(), type);
    try {
      return IrParser.parse(graph).graph().outputs().getFirst();
    } catch (IrParseException e) {
      throw text.error(argument, "\"%s\" is not a value of %s".formatted(argument.getText(), type));
    }
  }
}
