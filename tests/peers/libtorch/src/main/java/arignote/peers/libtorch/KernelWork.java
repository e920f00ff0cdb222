package arignote.peers.libtorch;

import arignote.tests.bench.contest.Chain;
import arignote.tests.bench.contest.Embedding;
import arignote.tests.bench.contest.Numbers;
import arignote.tests.bench.contest.Product;
import arignote.tests.bench.contest.Softmax;
import arignote.tests.bench.contest.Trivial;
import arignote.tests.bench.contest.Work;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// A few ops, in inference mode, called with the same tensors over and over.
final class KernelWork implements Work {
  private final PointerScope owned;
  private final Supplier<List<Tensor>> kernel;

  private KernelWork(PointerScope owned, Supplier<List<Tensor>> kernel) {
    this.owned = owned;
    this.kernel = kernel;
  }

  /// Only the first op makes a tensor, the others work on it in place.
  static Work of(Chain chain) {
    PointerScope owned = new PointerScope();
    Tensor x = Tensors.of(chain.argument(), Chain.LENGTH);
    Tensor place = torch.empty_like(x);
    List<Chain.Link> links = chain.links();
    // Where the result's place is given torch takes constants as tensors only.
    List<Tensor> constants =
        links.stream().map(link -> torch.scalar_tensor(new Scalar(link.constant()))).toList();
    Scalar cap = new Scalar(Chain.Link.CAP.constant());
    return new KernelWork(
        owned,
        () -> {
          Tensor y = chain.returned() ? torch.empty_like(x) : place;
          for (int i = 0; i < links.size(); i++) {
            Tensor from = i == 0 ? x : y;
            Tensor constant = constants.get(i);
            switch (links.get(i)) {
              case SCALE -> torch.mul_out(y, from, constant);
              case SHIFT -> torch.add_out(y, from, constant);
              case CAP -> torch.clamp_max_out(y, from, cap);
              case DROP -> torch.sub_out(y, from, constant);
              case ABSOLUTE -> torch.abs_out(y, from);
            }
          }
          return List.of(y);
        });
  }

  static Work of(Softmax softmax) {
    PointerScope owned = new PointerScope();
    Tensor x = Tensors.of(softmax.argument(), Softmax.ROWS, Softmax.COLUMNS);
    Tensor place = torch.empty_like(x);
    return new KernelWork(
        owned,
        () ->
            List.of(
                softmax.returned()
                    ? torch.softmax(x, 1)
                    : torch.softmax_out(place, x, 1, new ScalarTypeOptional())));
  }

  static Work of(Embedding embedding) {
    PointerScope owned = new PointerScope();
    Tensor table = Tensors.of(embedding.table(), Embedding.WORDS, Embedding.UNITS);
    Tensor tokens = Tensors.of(embedding.tokens(), Embedding.TOKENS);
    Tensor gradient = Tensors.of(embedding.gradient(), Embedding.TOKENS, Embedding.UNITS);
    return new KernelWork(
        owned,
        () ->
            List.of(
                torch.embedding(table, tokens),
                torch.embedding_dense_backward(gradient, tokens, Embedding.WORDS, -1, false)));
  }

  static Work of(Product product) {
    PointerScope owned = new PointerScope();
    Tensor left = Tensors.of(product.left(), Product.SIZE, Product.SIZE);
    Tensor right = Tensors.of(product.right(), Product.SIZE, Product.SIZE);
    Tensor place = torch.empty_like(left);
    return new KernelWork(owned, () -> List.of(torch.mm_out(place, left, right)));
  }

  static Work of(Trivial trivial) {
    PointerScope owned = new PointerScope();
    Tensor x = Tensors.of(trivial.argument(), 1);
    Scalar one = new Scalar(1f);
    return new KernelWork(owned, () -> List.of(x.add(one)));
  }

  @Override
  public void run() {
    try (PointerScope _ = new PointerScope();
        InferenceMode _ = new InferenceMode(true)) {
      var _ = kernel.get();
    }
  }

  @Override
  public double[] figures() {
    try (PointerScope _ = new PointerScope();
        InferenceMode _ = new InferenceMode(true)) {
      return kernel.get().stream()
          .mapToDouble(result -> Numbers.norm(List.of(Tensors.toArray(result))))
          .toArray();
    }
  }

  @Override
  public void close() {
    owned.close();
  }
}
