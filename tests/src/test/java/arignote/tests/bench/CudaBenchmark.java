package arignote.tests.bench;

import arignote.backend.cuda.CudaBackend;
import arignote.backend.cuda.driver.Device;
import arignote.backend.cuda.driver.DeviceMemory;
import arignote.backend.cuda.driver.Driver;
import arignote.backend.cuda.driver.Event;
import arignote.backend.cuda.driver.OutOfDeviceMemory;
import arignote.backend.cuda.driver.Stream;
import arignote.dsl.Maths;
import arignote.dsl.Nn;
import arignote.dsl.Values;
import arignote.ir.Shared;
import arignote.ir.Variable;
import arignote.runtime.DeviceException;
import arignote.runtime.Function;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/// Arignote on a GPU beside PyTorch on the same one: `tests/bench cuda`. The peer is a process of
/// its own, before Arignote starts; it is left out where `python3` has no `torch` that finds a GPU.
///
/// Both leave large results on the device; of a training step both copy the minibatch there, and
/// the cost back.
///
/// @param tutorials sizes of training steps
/// @param elements of the elementwise chain
/// @param rows of the softmax, and as many columns
/// @param copied bytes of the copy that says what the device's memory can do
/// @param runs before times are taken, and as many then
record CudaBenchmark(
    List<Tutorial> tutorials, int elements, int rows, long copied, int runs, Consumer<String> out) {
  private static final int COPIES = 20;

  public static void main(String[] arguments) {
    System.setProperty("device", "gpu");
    System.setProperty("floatx", "float32");
    CudaBenchmark standard =
        new CudaBenchmark(
            List.of(Tutorial.STANDARD, new Tutorial(100, 64, 128), new Tutorial(100, 16, 512)),
            10_000_000,
            4096,
            1L << 30,
            100,
            System.out::println);
    try {
      standard.run(Path.of(System.getProperty("peers.home"), "torch", "cuda_peer.py"));
    } catch (DeviceException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  /// Prints all figures.
  ///
  /// @param peer the script
  /// @throws DeviceException if there is no usable GPU
  void run(Path peer) {
    double bandwidth = copyBytes();
    out.accept(CudaBackend.deviceInfo());
    out.accept(String.format(Locale.ROOT, "copy on the device: %.0f GB/s", bandwidth / 1e9));
    Map<String, Double> theirs = peer(peer);
    for (Tutorial sizes : tutorials) {
      HostTensor[] minibatch = sizes.minibatch(1);
      Function train = Tutorial.train(sizes.params());
      report(name(sizes), theirs, OptionalDouble.empty(), () -> train.call(minibatch));
    }
    Shared x = floats("x", elements);
    report(
        "elementwise-" + elements,
        theirs,
        OptionalDouble.of(2.0 * 4 * elements / bandwidth),
        updating(floats("y", elements), chain(x)));
    Shared matrix = floats("matrix", rows, rows);
    report(
        "softmax-" + rows,
        theirs,
        OptionalDouble.of(2.0 * 4 * rows * rows / bandwidth),
        updating(floats("softmax", rows, rows), Nn.softmax(matrix, 1)));
  }

  private static String name(Tutorial sizes) {
    return "lstm-T%d-B%d-D%d".formatted(sizes.steps(), sizes.batch(), sizes.units());
  }

  private static Shared floats(String name, long... shape) {
    HostTensor values = HostTensor.zeros(DType.F32, shape);
    for (long i = 0; i < values.size(); i++) {
      values.setDouble(i, 2.0 * i / values.size() - 1);
    }
    return Values.shared(name, values);
  }

  /// As the peer's: 20 ops.
  private static Variable chain(Variable x) {
    Variable y = x;
    for (int i = 0; i < 5; i++) {
      y = Maths.tanh(y.mul(0.5).add(x)).mul(1.5);
    }
    return y;
  }

  private static Runnable updating(Shared shared, Variable value) {
    Function function = Function.compile().update(shared, value).build(shared.name());
    return function::call;
  }

  /// Times work, and says what part of the memory's speed it reaches, and of the peer's time.
  ///
  /// @param least seconds that the device's memory needs for the data
  private void report(
      String name, Map<String, Double> theirs, OptionalDouble least, Runnable work) {
    double millis = Timing.median(runs, runs, work);
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%s: %.4f ms", name, millis));
    least.ifPresent(seconds ->
        line.append(
            String.format(Locale.ROOT, ", %.0f%% of the copy", 100 * seconds * 1e3 / millis)));
    Double other = theirs.get(name);
    if (other != null) {
      line.append(
          String.format(Locale.ROOT, "; PyTorch %.4f ms, ratio %.2f", other, millis / other));
    }
    out.accept(line.toString());
  }

  /// The bytes that the device reads and writes in a second when it copies its memory.
  private double copyBytes() {
    try (Device device = Driver.load().open(0);
        Stream stream = device.stream();
        DeviceMemory from = device.allocate(copied);
        DeviceMemory to = device.allocate(copied);
        Event start = stream.event();
        Event end = stream.event()) {
      stream.copy(to.address(), from.address(), copied);
      stream.mark(start);
      for (int i = 0; i < COPIES; i++) {
        stream.copy(to.address(), from.address(), copied);
      }
      stream.mark(end);
      stream.synchronize();
      return 2.0 * copied * COPIES / (end.nanosSince(start) / 1e9);
    } catch (OutOfDeviceMemory e) {
      throw new DeviceException("gpu0: no " + 2 * copied + " bytes for the copy", e);
    }
  }

  /// What the peer's process prints: cases and milliseconds.
  private Map<String, Double> peer(Path script) {
    List<String> command =
        new ArrayList<>(List.of("python3", script.toString(), Integer.toString(runs)));
    tutorials.forEach(sizes -> command.add(name(sizes)));
    command.add("elementwise-" + elements);
    command.add("softmax-" + rows);
    Map<String, Double> times = new LinkedHashMap<>();
    String last = "";
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          last = line;
          if (line.startsWith("versions ")) {
            out.accept("peer: " + line.substring("versions ".length()));
          } else if (line.matches("\\S+-\\S+ [0-9.e+-]+")) {
            String[] words = line.split(" ");
            times.put(words[0], Double.parseDouble(words[1]));
          }
        }
      }
      if (process.waitFor() == 0) {
        return times;
      }
    } catch (IOException e) {
      last = String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    out.accept("PyTorch is left out: " + last);
    return times;
  }
}
