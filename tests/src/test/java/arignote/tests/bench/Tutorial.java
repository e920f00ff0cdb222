package arignote.tests.bench;

import static arignote.autodiff.Gradients.grad;
import static arignote.autodiff.optim.Optimisers.adadelta;

import arignote.examples.imdb.LstmModel;
import arignote.examples.imdb.LstmModel.Params;
import arignote.examples.imdb.Options;
import arignote.examples.imdb.PackedParams;
import arignote.runtime.Function;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/// The tutorial's training function at given sizes, without dropout, with Adadelta, in `f32`.
///
/// @param steps words of each review
/// @param batch reviews of a minibatch
/// @param units size of the hidden state
record Tutorial(int steps, int batch, int units) {
  static final Tutorial STANDARD = new Tutorial(100, 16, 128);

  private static final int WORDS = 10_000;

  /// New parameters.
  Params params() {
    Options options =
        Options.of(Map.of("dim_proj", Integer.toString(units), "n_words", Integer.toString(WORDS)));
    return PackedParams.share(PackedParams.initial(options, DType.F32));
  }

  /// The forward pass alone, the cost of a minibatch.
  static Function cost(Params p) {
    LstmModel model = LstmModel.of(p, 0, Optional.empty());
    return Function.compile()
        .inputs(model.tokens(), model.mask(), model.labels())
        .outputs(model.cost())
        .build("cost");
  }

  /// Forward and backward, the cost and all gradients.
  static Function gradients(Params p) {
    LstmModel model = LstmModel.of(p, 0, Optional.empty());
    return Function.compile()
        .inputs(model.tokens(), model.mask(), model.labels())
        .outputs(model.cost(), grad(model.cost(), p))
        .build("gradients");
  }

  /// The whole step.
  static Function train(Params p) {
    LstmModel model = LstmModel.of(p, 0, Optional.empty());
    return Function.compile()
        .inputs(model.tokens(), model.mask(), model.labels())
        .outputs(model.cost())
        .updates(adadelta(p, grad(model.cost(), p)))
        .build("train");
  }

  /// A minibatch of random words without padding.
  HostTensor[] minibatch(long seed) {
    Random random = new Random(seed);
    HostTensor tokens = HostTensor.zeros(DType.I64, steps, batch);
    HostTensor mask = HostTensor.zeros(DType.F32, steps, batch);
    for (long i = 0; i < tokens.size(); i++) {
      tokens.setLong(i, 2 + random.nextInt(WORDS - 2));
      mask.setDouble(i, 1);
    }
    HostTensor labels = HostTensor.zeros(DType.I64, batch);
    for (long i = 0; i < batch; i++) {
      labels.setLong(i, i % 2);
    }
    return new HostTensor[] {tokens, mask, labels};
  }
}
