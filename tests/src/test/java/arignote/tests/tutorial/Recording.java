package arignote.tests.tutorial;

import arignote.io.Npz;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// What the tutorial's script computed on Theano: in an .npz initial parameters, batches, first
/// gradients and final parameters, in a .json beside it the runs with their costs.
final class Recording {
  /// One training from the initial parameters.
  record Run(String name, String optimizer, double lrate, double decayC, List<Double> costs) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final List<String> PARAMETERS =
      List.of("Wemb", "lstm_W", "lstm_U", "lstm_b", "U", "b");

  private final String name;
  private final Map<String, HostTensor> arrays;
  private final Json json;

  private Recording(Path npz) throws IOException {
    name = npz.getFileName().toString().replace(".npz", "");
    arrays = Npz.read(npz);
    json = Json.parse(Files.readString(npz.resolveSibling(name + ".json")));
    if (arrays.keySet().stream().noneMatch("prob0"::equals)) {
      throw new IllegalArgumentException(npz + " is no recording of the tutorial");
    }
  }

  static Recording ofResource(String name) {
    try {
      return new Recording(
          Path.of(
              Objects.requireNonNull(Recording.class.getResource("/golden/" + name + ".npz"), name)
                  .toURI()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /// All recordings in a folder; none if its name is empty.
  static List<Recording> ofFolder(String folder) {
    List<Recording> recordings = new ArrayList<>();
    if (!folder.isEmpty()) {
      try (Stream<Path> files = Files.list(Path.of(folder))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".npz")).sorted().toList()) {
          recordings.add(new Recording(file));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return recordings;
  }

  DType dtype() {
    return array("init_Wemb").dtype();
  }

  List<Run> runs() {
    return json.get("runs").elements().stream()
        .map(run ->
            new Run(
                run.get("name").text(),
                run.get("optimizer").text(),
                run.get("lrate").number(),
                run.get("decay_c").number(),
                run.get("costs").elements().stream().map(Json::number).toList()))
        .toList();
  }

  /// Packed parameters, or what has their shapes: the arrays `<prefix>_Wemb` and so on.
  Map<String, HostTensor> parameters(String prefix) {
    Map<String, HostTensor> parameters = new LinkedHashMap<>();
    PARAMETERS.forEach(name -> parameters.put(name, array(prefix + "_" + name)));
    return parameters;
  }

  /// Tokens, mask and labels.
  HostTensor[] batch(int number) {
    HostTensor tokens = array("x_" + number).cast(DType.I64);
    HostTensor lengths = array("len_" + number);
    HostTensor mask = HostTensor.zeros(dtype(), tokens.shape());
    long batch = lengths.size();
    for (long b = 0; b < batch; b++) {
      for (long t = 0; t < lengths.getLong(b); t++) {
        mask.setDouble(t * batch + b, 1);
      }
    }
    return new HostTensor[] {tokens, mask, array("y_" + number).cast(DType.I64)};
  }

  HostTensor array(String key) {
    return Objects.requireNonNull(arrays.get(key), key);
  }

  @Override
  public String toString() {
    return name;
  }
}
