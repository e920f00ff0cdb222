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

  /// A copy of what training remembers beside the parameters, by name: the optimiser's state and
  /// the counters of random streams.
  Map<String, HostTensor> memory();

  /// Goes back to what [#memory] returned.
  ///
  /// @throws DataException if it was another optimiser's, or of another dtype or size
  void remember(Map<String, HostTensor> memory);
}
