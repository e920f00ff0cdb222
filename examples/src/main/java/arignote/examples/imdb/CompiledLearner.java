package arignote.examples.imdb;

import arignote.examples.imdb.LstmModel.Params;
import arignote.ir.Shared;
import arignote.ir.TensorType;
import arignote.runtime.Function;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A model that compiled functions train and evaluate.
///
/// @param train takes tokens, mask and labels, returns the cost and updates the parameters
/// @param predict takes tokens and mask and returns labels
/// @param remembered the shared variables that training updates beside the parameters
public record CompiledLearner(
    Params params, Function train, Function predict, List<Shared> remembered) implements Learner {
  public CompiledLearner {
    remembered = List.copyOf(remembered);
  }

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

  @Override
  public Map<String, HostTensor> memory() {
    Map<String, HostTensor> memory = new LinkedHashMap<>();
    for (Shared shared : remembered) {
      if (memory.put(shared.name(), shared.get()) != null) {
        throw new IllegalStateException("two shared variables are called " + shared.name());
      }
    }
    return memory;
  }

  @Override
  public void remember(Map<String, HostTensor> memory) {
    List<String> names = remembered.stream().map(Shared::name).sorted().toList();
    if (!names.equals(memory.keySet().stream().sorted().toList())) {
      throw new DataException(
          "the checkpoint remembers %s, this training %s; give it the options it was written with"
              .formatted(memory.keySet(), names));
    }
    for (Shared shared : remembered) {
      HostTensor value = Objects.requireNonNull(memory.get(shared.name()));
      TensorType found = TensorType.of(value.dtype(), value.shape());
      if (!found.equals(shared.type())) {
        throw new DataException(
            "the checkpoint has %s as %s, this training as %s; give it the options it was written with, -Dfloatx too"
                .formatted(shared.name(), found, shared.type()));
      }
      shared.set(value);
    }
  }
}
