package arignote.tests.bench.own;

import static arignote.dsl.Values.input;
import static arignote.dsl.Values.shared;
import static arignote.dsl.Values.zeros;

import arignote.dsl.Maths;
import arignote.dsl.Nn;
import arignote.dsl.Shapes;
import arignote.ir.Input;
import arignote.ir.Shared;
import arignote.ir.Variable;
import arignote.runtime.Function;
import arignote.runtime.FunctionBuilder;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import arignote.tests.bench.contest.Chain;
import arignote.tests.bench.contest.Embedding;
import arignote.tests.bench.contest.Numbers;
import arignote.tests.bench.contest.Product;
import arignote.tests.bench.contest.Softmax;
import arignote.tests.bench.contest.Trivial;
import arignote.tests.bench.contest.Work;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A function of a few ops, called with the same arguments over and over.
final class KernelWork implements Work {
  private final Function function;
  private final HostTensor[] arguments;
  private final Optional<Kept> kept;

  private KernelWork(
      List<Input> inputs, List<Variable> results, boolean returned, HostTensor... arguments) {
    FunctionBuilder builder = Function.compile().inputs(inputs);
    if (returned) {
      builder.outputs(results);
      kept = Optional.empty();
    } else {
      kept = Optional.of(new Kept(builder, results));
    }
    this.function = builder.build("kernel");
    this.arguments = arguments;
  }

  static Work of(Chain chain) {
    Input x = input("x", DType.F32, Chain.LENGTH);
    Variable y = x;
    for (Chain.Link link : chain.links()) {
      y =
          switch (link) {
            case SCALE -> y.mul(link.constant());
            case SHIFT -> y.add(link.constant());
            case CAP -> Maths.minimum(y, link.constant());
            case DROP -> y.sub(link.constant());
            case ABSOLUTE -> Maths.abs(y);
          };
    }
    HostTensor argument = HostTensor.of(chain.argument(), Chain.LENGTH);
    return new KernelWork(List.of(x), List.of(y), chain.returned(), argument);
  }

  static Work of(Softmax softmax) {
    Input x = input("x", DType.F32, Softmax.ROWS, Softmax.COLUMNS);
    HostTensor argument = HostTensor.of(softmax.argument(), Softmax.ROWS, Softmax.COLUMNS);
    return new KernelWork(List.of(x), List.of(Nn.softmax(x, 1)), softmax.returned(), argument);
  }

  static Work of(Embedding embedding) {
    Shared table =
        shared("table", HostTensor.of(embedding.table(), Embedding.WORDS, Embedding.UNITS));
    Input tokens = input("tokens", DType.I64, Embedding.TOKENS);
    Input gradient = input("gradient", DType.F32, Embedding.TOKENS, Embedding.UNITS);
    Variable zeroed = zeros(DType.F32, Embedding.WORDS, Embedding.UNITS);
    return new KernelWork(
        List.of(tokens, gradient),
        List.of(Shapes.take(table, tokens, 0), Shapes.scatterAdd(zeroed, tokens, gradient, 0)),
        false,
        HostTensor.of(embedding.tokens(), Embedding.TOKENS),
        HostTensor.of(embedding.gradient(), Embedding.TOKENS, Embedding.UNITS));
  }

  static Work of(Product product) {
    Input left = input("left", DType.F32, Product.SIZE, Product.SIZE);
    Input right = input("right", DType.F32, Product.SIZE, Product.SIZE);
    return new KernelWork(
        List.of(left, right),
        List.of(left.dot(right)),
        false,
        HostTensor.of(product.left(), Product.SIZE, Product.SIZE),
        HostTensor.of(product.right(), Product.SIZE, Product.SIZE));
  }

  static Work of(Trivial trivial) {
    Input x = input("x", DType.F32, 1);
    HostTensor argument = HostTensor.of(trivial.argument(), 1);
    return new KernelWork(List.of(x), List.of(x.add(1)), true, argument);
  }

  @Override
  public void run() {
    var _ = function.call(arguments);
  }

  @Override
  public double[] figures() {
    List<HostTensor> returned = function.call(arguments).values();
    return Stream.concat(
            kept.stream().flatMap(place -> place.values().stream()),
            returned.stream().map(HostTensor::toFloatArray))
        .mapToDouble(result -> Numbers.norm(List.of(result)))
        .toArray();
  }

  @Override
  public void close() {}
}
