package arignote.examples.imdb;

import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.Map;

/// What the training loop needs of a model.
public interface Learner {
  /// The dtype of masks.
  DType floatX();

  /// Learns from a batch and returns its cost before that.
  double update(Batch batch);

  /// The most probable class of each review, without dropout.
  long[] predict(Batch batch);

  /// A copy of all parameters under the names they have in files.
  Map<String, HostTensor> parameters();

  /// Goes back to what [#parameters] returned.
  void restore(Map<String, HostTensor> parameters);
}
