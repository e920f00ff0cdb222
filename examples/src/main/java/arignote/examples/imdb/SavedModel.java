package arignote.examples.imdb;

import arignote.ArignoteException;
import arignote.io.Npz;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The file of a trained model: an .npz with the parameters under the tutorial's names and the
/// errors measured, and beside it the options, as JSON. The original's files can be read too.
///
/// A file is written under another name first and then moved, so that it is there whole or not at
/// all.
final class SavedModel {
  private final Path file;

  private SavedModel(Path file) {
    this.file = file;
  }

  /// The file to write to, if it can be written: better known before the training than after.
  ///
  /// @throws DataException if it cannot
  static SavedModel at(Path file) {
    if (Files.isDirectory(file)) {
      throw new DataException("cannot save to " + file + ": it is a folder");
    }
    SavedModel model = new SavedModel(file);
    try {
      Files.delete(Files.createTempFile(model.folder(), "arignote", ".part"));
    } catch (IOException e) {
      throw new DataException("cannot save to " + file + ": " + DataException.reason(e), e);
    }
    return model;
  }

  private Path folder() {
    return Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
  }

  /// Writes the model.
  ///
  /// @param history the errors of every validation so far
  /// @param errors the final ones, once training has ended
  /// @throws DataException if it cannot be written
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
    replace(file, partial -> Npz.write(partial, arrays));
    replace(
        file.resolveSibling(file.getFileName() + ".json"),
        partial -> Files.writeString(partial, options.toJson(), StandardCharsets.UTF_8));
  }

  private interface Writing {
    void to(Path partial) throws IOException;
  }

  private void replace(Path target, Writing writing) {
    try {
      Path partial = Files.createTempFile(folder(), target.getFileName().toString(), ".part");
      try {
        writing.to(partial);
        move(partial, target);
      } finally {
        Files.deleteIfExists(partial);
      }
    } catch (IOException | UncheckedIOException e) {
      throw new DataException("cannot save to " + target + ": " + DataException.reason(e), e);
    }
  }

  static void move(Path partial, Path target) throws IOException {
    try {
      Files.move(
          partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException _) {
      Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /// The parameters in a file, with the shapes that the options ask for.
  ///
  /// @throws DataException if it cannot be read, or one is missing or of another shape
  static Map<String, HostTensor> read(Path file, Options options, DType dtype) {
    Map<String, HostTensor> arrays;
    try {
      arrays = Npz.read(file);
    } catch (ArignoteException | UncheckedIOException e) {
      throw new DataException("cannot reload " + file + ": " + DataException.reason(e), e);
    }
    Map<String, HostTensor> parameters = new LinkedHashMap<>();
    PackedParams.shapes(options.nWords(), options.dimProj())
        .forEach((name, shape) -> {
          HostTensor array = arrays.get(name);
          if (array == null) {
            throw new DataException(
                "cannot reload %s: it has no parameter %s, only %s"
                    .formatted(file, name, arrays.keySet()));
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
}
