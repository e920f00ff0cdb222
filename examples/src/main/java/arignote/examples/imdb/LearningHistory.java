package arignote.examples.imdb;

import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// What a training was like so far: the cost of each update and the errors of each validation.
final class LearningHistory {
  /// @param update the number of updates before the validation
  record Validation(int update, Errors errors) {}

  private double[] costs = new double[1024];
  private int updates;
  private final List<Validation> validations = new ArrayList<>();

  /// The number of updates.
  int updates() {
    return updates;
  }

  void addCost(double cost) {
    if (updates == costs.length) {
      costs = Arrays.copyOf(costs, 2 * updates);
    }
    costs[updates++] = cost;
  }

  /// The cost of an update, counted from 0.
  double cost(int update) {
    return costs[update];
  }

  void addErrors(Errors errors) {
    validations.add(new Validation(updates, errors));
  }

  List<Validation> validations() {
    return Collections.unmodifiableList(validations);
  }

  /// The costs, `f64[updates]`.
  HostTensor costTable() {
    return HostTensor.of(Arrays.copyOf(costs, updates));
  }

  /// A row of update, train, valid and test error for each validation, `f64[n,4]`.
  HostTensor errorTable() {
    HostTensor table = HostTensor.zeros(DType.F64, validations.size(), 4);
    long i = 0;
    for (Validation validation : validations) {
      Errors errors = validation.errors();
      table.setDouble(i++, validation.update());
      table.setDouble(i++, errors.train());
      table.setDouble(i++, errors.valid());
      table.setDouble(i++, errors.test());
    }
    return table;
  }

  /// The history that these tables were made of.
  static LearningHistory of(HostTensor costTable, HostTensor errorTable) {
    LearningHistory history = new LearningHistory();
    int row = 0;
    int rows = (int) errorTable.dim(0);
    for (long update = 0; update <= costTable.size(); update++) {
      while (row < rows && errorTable.getDouble(4L * row) <= update) {
        history.addErrors(
            new Errors(
                errorTable.getDouble(4L * row + 1),
                errorTable.getDouble(4L * row + 2),
                errorTable.getDouble(4L * row + 3)));
        row++;
      }
      if (update < costTable.size()) {
        history.addCost(costTable.getDouble(update));
      }
    }
    return history;
  }
}
