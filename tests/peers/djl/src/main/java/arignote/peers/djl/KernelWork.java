package arignote.peers.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import arignote.tests.bench.contest.Chain;
import arignote.tests.bench.contest.Numbers;
import arignote.tests.bench.contest.Product;
import arignote.tests.bench.contest.Softmax;
import arignote.tests.bench.contest.Trivial;
import arignote.tests.bench.contest.Work;
import java.util.List;
import java.util.function.Supplier;

/// A few ops, called with the same arrays over and over. DJL has no arguments for results: each is
/// a new array.
final class KernelWork implements Work {
  private final NDManager manager;
  private final Supplier<NDArray> kernel;

  private KernelWork(NDManager manager, Supplier<NDArray> kernel) {
    this.manager = manager;
    this.kernel = kernel;
  }

  /// In place where there is such an op.
  static Work of(Chain chain) {
    NDManager manager = NDManager.newBaseManager();
    NDArray x = manager.create(chain.argument());
    List<Chain.Link> links = chain.links();
    return new KernelWork(
        manager,
        () -> {
          NDArray y = x;
          for (Chain.Link link : links) {
            double constant = link.constant();
            y =
                switch (link) {
                  case SCALE -> y == x ? x.mul(constant) : y.muli(constant);
                  case SHIFT -> y.addi(constant);
                  case CAP -> y.minimum(constant);
                  case DROP -> y.subi(constant);
                  case ABSOLUTE -> y.abs();
                };
          }
          return y;
        });
  }

  static Work of(Softmax softmax) {
    NDManager manager = NDManager.newBaseManager();
    NDArray x = manager.create(softmax.argument(), new Shape(Softmax.ROWS, Softmax.COLUMNS));
    return new KernelWork(manager, () -> x.softmax(1));
  }

  static Work of(Product product) {
    NDManager manager = NDManager.newBaseManager();
    NDArray left = manager.create(product.left(), new Shape(Product.SIZE, Product.SIZE));
    NDArray right = manager.create(product.right(), new Shape(Product.SIZE, Product.SIZE));
    return new KernelWork(manager, () -> left.matMul(right));
  }

  static Work of(Trivial trivial) {
    NDManager manager = NDManager.newBaseManager();
    NDArray x = manager.create(trivial.argument());
    return new KernelWork(manager, () -> x.add(1));
  }

  @Override
  public void run() {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      var _ = kernel.get();
    }
  }

  @Override
  public double[] figures() {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      return new double[] {Numbers.norm(List.of(kernel.get().toFloatArray()))};
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
