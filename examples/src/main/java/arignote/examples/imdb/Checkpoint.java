package arignote.examples.imdb;

import arignote.io.Npz;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// All that a training needs to go on as if it had never stopped. Its file is an `.npz`, there as a
/// whole or not at all.
///
/// @param options as [Options#toText]
/// @param data which reviews it learns from, see [Split#fingerprint]
/// @param parameters of the model, packed
/// @param memory what training remembers beside them, by name: the optimiser's state and the
///   counters of random streams
/// @param best the best parameters so far, once there has been a validation
public record Checkpoint(
    String options,
    long data,
    Position position,
    LearningHistory history,
    Map<String, HostTensor> parameters,
    Map<String, HostTensor> memory,
    Optional<Map<String, HostTensor>> best) {

  /// Where in the training.
  ///
  /// @param epochs how many have begun
  /// @param batches how many of the last of them are done; 0: none has begun after those epochs
  /// @param shuffles the state of the generator before that epoch's shuffle
  /// @param validationDue whether the last update's validation was interrupted
  /// @param seconds how long it took so far
  record Position(int epochs, int batches, long shuffles, boolean validationDue, double seconds) {}

  private static final String PARAMETER = "parameter.";
  private static final String MEMORY = "memory.";
  private static final String BEST = "best.";

  /// @throws arignote.ArignoteException if it cannot be written
  void write(Path file) {
    Map<String, HostTensor> arrays = new LinkedHashMap<>();
    arrays.put("options", HostTensor.of(options.codePoints().toArray()));
    arrays.put("data", HostTensor.scalar(DType.I64, data));
    arrays.put("epochs", HostTensor.scalar(DType.I64, (long) position.epochs()));
    arrays.put("batches", HostTensor.scalar(DType.I64, (long) position.batches()));
    arrays.put("shuffles", HostTensor.scalar(DType.I64, position.shuffles()));
    arrays.put("validation_due", HostTensor.scalar(DType.I64, position.validationDue() ? 1L : 0L));
    arrays.put("seconds", HostTensor.scalar(DType.F64, position.seconds()));
    arrays.put("costs", history.costTable());
    arrays.put("errors", history.errorTable());
    parameters.forEach((name, value) -> arrays.put(PARAMETER + name, value));
    memory.forEach((name, value) -> arrays.put(MEMORY + name, value));
    best.ifPresent(values -> values.forEach((name, value) -> arrays.put(BEST + name, value)));
    Npz.write(file, arrays);
  }

  /// Reads a checkpoint.
  ///
  /// @throws arignote.io.NpyException if it cannot be read
  /// @throws DataException if something is missing
  public static Checkpoint read(Path file) {
    Map<String, HostTensor> arrays = Npz.read(file);
    Map<String, HostTensor> best = startingWith(BEST, arrays);
    HostTensor errors = array(file, arrays, "errors", DType.F64, 2);
    HostTensor costs = array(file, arrays, "costs", DType.F64, 1);
    if (errors.dim(1) != 4) {
      throw new DataException("%s is damaged: \"errors\" is %s".formatted(file, errors));
    }
    long[] options = array(file, arrays, "options", DType.I32, 1).toLongArray();
    if (Arrays.stream(options).anyMatch(c -> !Character.isValidCodePoint((int) c))) {
      throw new DataException(file + " is damaged: \"options\" is no text");
    }
    return new Checkpoint(
        new String(Arrays.stream(options).mapToInt(c -> (int) c).toArray(), 0, options.length),
        whole(file, arrays, "data"),
        new Position(
            count(file, arrays, "epochs"),
            count(file, arrays, "batches"),
            whole(file, arrays, "shuffles"),
            whole(file, arrays, "validation_due") != 0,
            array(file, arrays, "seconds", DType.F64, 0).item()),
        LearningHistory.of(costs, errors),
        startingWith(PARAMETER, arrays),
        startingWith(MEMORY, arrays),
        best.isEmpty() ? Optional.empty() : Optional.of(best));
  }

  private static Map<String, HostTensor> startingWith(
      String prefix, Map<String, HostTensor> arrays) {
    Map<String, HostTensor> found = new LinkedHashMap<>();
    arrays.forEach((name, value) -> {
      if (name.startsWith(prefix)) {
        found.put(name.substring(prefix.length()), value);
      }
    });
    return found;
  }

  private static int count(Path file, Map<String, HostTensor> arrays, String name) {
    long count = whole(file, arrays, name);
    if (count < 0 || count > Integer.MAX_VALUE) {
      throw new DataException("%s is damaged: \"%s\" is %d".formatted(file, name, count));
    }
    return (int) count;
  }

  private static long whole(Path file, Map<String, HostTensor> arrays, String name) {
    return array(file, arrays, name, DType.I64, 0).getLong(0);
  }

  private static HostTensor array(
      Path file, Map<String, HostTensor> arrays, String name, DType dtype, int rank) {
    HostTensor array = arrays.get(name);
    if (array == null || array.dtype() != dtype || array.rank() != rank) {
      throw new DataException(
          "%s is no checkpoint: \"%s\" must be %s with %d axes, found %s; -Dresume takes what -Dcheckpoint wrote, -Dreload_model a saved model"
              .formatted(file, name, dtype, rank, array == null ? "none" : array.toString()));
    }
    return array;
  }
}
