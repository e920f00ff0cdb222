package arignote.examples.imdb;

import arignote.examples.imdb.LstmModel.Params;
import arignote.runtime.Function;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.Map;

/// A model that compiled functions train and evaluate.
///
/// @param train takes tokens, mask and labels, returns the cost and updates the parameters
/// @param predict takes tokens and mask and returns labels
public record CompiledLearner(Params params, Function train, Function predict) implements Learner {
  @Override
  public DType floatX() {
    return params.embedding().type().dtype();
  }

  @Override
  public double update(Batch batch) {
    return train.call(batch.tokens(), batch.mask(), batch.labels()).item();
  }

  @Override
  public long[] predict(Batch batch) {
    return predict.call(batch.tokens(), batch.mask()).get(0).toLongArray();
  }

  @Override
  public Map<String, HostTensor> parameters() {
    return PackedParams.values(params);
  }

  @Override
  public void restore(Map<String, HostTensor> parameters) {
    PackedParams.set(params, parameters);
  }
}
