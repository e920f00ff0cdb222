package arignote.peers.nd4j;

import arignote.tests.bench.contest.Chain;
import arignote.tests.bench.contest.Embedding;
import arignote.tests.bench.contest.Numbers;
import arignote.tests.bench.contest.Product;
import arignote.tests.bench.contest.Softmax;
import arignote.tests.bench.contest.Trivial;
import arignote.tests.bench.contest.Work;
import java.util.List;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.custom.SoftMax;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.ops.NDBase;
import org.nd4j.linalg.ops.transforms.Transforms;

/// A few ops, called with the same arrays over and over.
final class KernelWork implements Work {
  private static final NDBase OPS = new NDBase();

  private final Supplier<List<INDArray>> kernel;

  private KernelWork(Supplier<List<INDArray>> kernel) {
    this.kernel = kernel;
  }

  /// Only the first op makes an array, the others work on it in place.
  static Work of(Chain chain) {
    INDArray x = Arrays.of(chain.argument(), Chain.LENGTH);
    INDArray place = x.dup();
    List<Chain.Link> links = chain.links();
    return new KernelWork(() -> {
      INDArray y = x;
      for (Chain.Link link : links) {
        double constant = link.constant();
        y =
            switch (link) {
              case SCALE ->
                  y != x
                      ? y.muli(constant)
                      : chain.returned() ? x.mul(constant) : x.mul(constant, place);
              case SHIFT -> y.addi(constant);
              case CAP -> Transforms.min(y, constant, false);
              case DROP -> y.subi(constant);
              case ABSOLUTE -> Transforms.abs(y, false);
            };
      }
      return List.of(y);
    });
  }

  static Work of(Softmax softmax) {
    INDArray x = Arrays.of(softmax.argument(), Softmax.ROWS, Softmax.COLUMNS);
    INDArray place = x.dup();
    return new KernelWork(
        () -> List.of(Nd4j.exec(new SoftMax(x, softmax.returned() ? x.ulike() : place, 1))[0]));
  }

  static Work of(Embedding embedding) {
    INDArray table = Arrays.of(embedding.table(), Embedding.WORDS, Embedding.UNITS);
    INDArray tokens = Arrays.of(embedding.tokens(), Embedding.TOKENS);
    INDArray gradient = Arrays.of(embedding.gradient(), Embedding.TOKENS, Embedding.UNITS);
    INDArray place = table.like();
    return new KernelWork(() ->
        List.of(OPS.gather(table, tokens, 0), OPS.scatterAdd(place.assign(0), tokens, gradient)));
  }

  static Work of(Product product) {
    INDArray left = Arrays.of(product.left(), Product.SIZE, Product.SIZE);
    INDArray right = Arrays.of(product.right(), Product.SIZE, Product.SIZE);
    INDArray place = Nd4j.createUninitialized(new long[] {Product.SIZE, Product.SIZE}, 'f');
    return new KernelWork(() -> List.of(left.mmuli(right, place)));
  }

  static Work of(Trivial trivial) {
    INDArray x = Arrays.of(trivial.argument(), 1);
    return new KernelWork(() -> List.of(x.add(1)));
  }

  @Override
  public void run() {
    var _ = kernel.get();
  }

  @Override
  public double[] figures() {
    return kernel.get().stream()
        .mapToDouble(result -> Numbers.norm(List.of(Arrays.elements(result))))
        .toArray();
  }

  @Override
  public void close() {}
}
