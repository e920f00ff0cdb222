package arignote.examples.imdb;

import arignote.examples.chart.Picture;
import arignote.io.Npz;
import arignote.io.WholeFile;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The file of a trained model: an .npz with the parameters under the tutorial's names and the
/// errors measured, and beside it the options, as JSON. The original's files can be read too.
public final class SavedModel {
  private final Path file;
  private final Path optionsFile;

  private SavedModel(Path file) {
    this.file = file;
    this.optionsFile = optionsFile(file);
  }

  private static Path optionsFile(Path file) {
    return file.resolveSibling(file.getFileName() + ".json");
  }

  /// The options beside a model, none if it has no such file.
  ///
  /// @throws DataException if it cannot be read
  static Map<String, String> options(Path file) {
    Path options = optionsFile(file);
    try {
      return Files.isRegularFile(options)
          ? FlatJson.read(Files.readString(options))
          : new LinkedHashMap<>();
    } catch (IOException e) {
      throw new DataException("cannot read %s: %s".formatted(options, DataException.reason(e)), e);
    }
  }

  /// The file to write to, if it can be written: better known before the training than after.
  ///
  /// @throws DataException if it cannot
  public static SavedModel at(Path path) {
    SavedModel model = new SavedModel(path);
    try {
      WholeFile.check(model.file);
      WholeFile.check(model.optionsFile);
    } catch (IOException e) {
      throw model.unwritable(e);
    }
    return model;
  }

  private DataException unwritable(Exception cause) {
    return new DataException(
        "cannot save to %s: %s".formatted(file, DataException.reason(cause)), cause);
  }

  /// Writes the model.
  ///
  /// @param history the errors of every validation so far
  /// @param errors the final ones, once training has ended
  /// @throws arignote.ArignoteException if it cannot be written
  void write(
      Map<String, HostTensor> parameters,
      HostTensor history,
      Optional<Errors> errors,
      Options options) {
    Map<String, HostTensor> arrays = new LinkedHashMap<>();
    errors.ifPresent(measured -> {
      arrays.put("train_err", HostTensor.scalar(DType.F64, measured.train()));
      arrays.put("valid_err", HostTensor.scalar(DType.F64, measured.valid()));
      arrays.put("test_err", HostTensor.scalar(DType.F64, measured.test()));
    });
    arrays.put("history_errs", history);
    arrays.putAll(parameters);
    Npz.write(file, arrays);
    try {
      WholeFile.write(
          optionsFile, out -> out.write(options.toJson().getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /// Draws the learning curves beside the model, with the same name, as `.png` and `.svg`.
  ///
  /// @throws IOException if they cannot be drawn or written
  void writeCurves(Picture curves) throws IOException {
    curves.write(Options.beside(file, ".png"));
    curves.write(Options.beside(file, ".svg"));
  }

  /// The parameters in a file, with the shapes that the options ask for.
  ///
  /// @throws arignote.io.NpyException if it cannot be read
  /// @throws DataException if a parameter is missing or of another shape
  public static Map<String, HostTensor> read(Path file, Options options, DType dtype) {
    Map<String, HostTensor> arrays = Npz.read(file);
    Map<String, HostTensor> parameters = new LinkedHashMap<>();
    PackedParams.shapes(options.encoder(), options.nWords(), options.dimProj())
        .forEach((name, shape) -> {
          HostTensor array = arrays.get(name);
          if (array == null) {
            throw new DataException(
                "cannot reload %s: it has no parameter %s, but %s"
                    .formatted(file, name, abridged(arrays.keySet())));
          }
          if (!array.dtype().isFloat() || !Arrays.equals(array.shape(), shape)) {
            throw new DataException(
                "cannot reload %s: %s is %s%s; with n_words=%d and dim_proj=%d it must be floats of shape %s"
                    .formatted(
                        file,
                        name,
                        array.dtype(),
                        Arrays.toString(array.shape()),
                        options.nWords(),
                        options.dimProj(),
                        Arrays.toString(shape)));
          }
          parameters.put(name, array.cast(dtype));
        });
    return parameters;
  }

  private static String abridged(Collection<String> names) {
    return names.stream().limit(10).collect(Collectors.joining(", "))
        + (names.size() > 10 ? ", ..." : "");
  }
}
