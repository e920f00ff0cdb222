package arignote.examples.imdb;

import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.List;

/// The errors measured so far, and what they say about going on.
final class EarlyStopping {
  /// What a validation means.
  ///
  /// @param best whether no validation before had a smaller error
  /// @param stop whether to end training
  record Verdict(boolean best, boolean stop) {}

  private final int patience;
  private final List<Errors> history = new ArrayList<>();
  private int badValidations;

  /// @param patience how many validations without progress are tolerated
  EarlyStopping(int patience) {
    this.patience = patience;
  }

  /// Takes note of a validation. Those that come out no better than the best of all but the last
  /// `patience` ones are counted, from zero again after each best one; more than `patience` of them
  /// end the training.
  Verdict add(Errors errors) {
    history.add(errors);
    boolean best = errors.valid() <= smallest(history);
    if (best) {
      badValidations = 0;
    }
    boolean bad =
        history.size() > patience
            && errors.valid() >= smallest(history.subList(0, history.size() - patience));
    if (bad) {
      badValidations++;
    }
    return new Verdict(best, bad && badValidations > patience);
  }

  private static double smallest(List<Errors> errors) {
    return errors.stream().mapToDouble(Errors::valid).min().orElse(Double.POSITIVE_INFINITY);
  }

  /// The errors of validation and test of every validation, `f64[n,2]`.
  HostTensor history() {
    HostTensor table = HostTensor.zeros(DType.F64, history.size(), 2);
    for (int i = 0; i < history.size(); i++) {
      table.setDouble(2L * i, history.get(i).valid());
      table.setDouble(2L * i + 1, history.get(i).test());
    }
    return table;
  }
}
