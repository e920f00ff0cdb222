package arignote.tests.cuda;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.dsl.Maths;
import arignote.dsl.Values;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.runtime.CompileOptions;
import arignote.runtime.Function;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Processes share compiled kernels through a folder, also if they write there at once, or find
/// damaged files there.
class CudaCacheTest {
  /// Each a kernel of its own.
  private static final List<UnaryOperator<Variable>> FUNCTIONS =
      List.of(
          Maths::exp,
          Maths::sin,
          Maths::tanh,
          x -> Maths.cos(x).mul(3),
          x -> x.add(2).square(),
          x -> x.sum().sub(x),
          x -> Maths.log(x.square().add(1)));

  private static final int PROCESSES = 3;

  @TempDir private Path folder = Path.of("");

  /// A process that starts when it is told, so that all write at once: prints what its functions
  /// compute, and how many modules it loaded.
  public static void main(String[] arguments) throws IOException {
    StandIn device = StandIn.install();
    System.setProperty("arignote.cuda.cache", arguments[0]);
    System.out.println("ready");
    var _ = System.in.read();
    StringBuilder text = new StringBuilder();
    for (UnaryOperator<Variable> function : FUNCTIONS) {
      Input x = Values.input("x", DType.F32, "N");
      CompileOptions options = StandIn.options("gpu");
      HostTensor found =
          Function.compile()
              .inputs(x)
              .outputs(function.apply(x))
              .options(options)
              .build("f")
              .call(HostTensor.of(new float[] {0.5f, 1, 2}))
              .get(0);
      text.append(found.elementsToString()).append(' ');
    }
    System.out.println(text);
    System.out.println(device.count("cuModuleLoadData"));
    System.exit(0);
  }

  private record Answers(String values, long modules) {}

  /// Has processes run at the same time.
  private List<Answers> run(int count) throws IOException {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
          .filter(
              argument -> argument.startsWith("--add-modules") || argument.startsWith("--enable"))
          .forEach(command::add);
      command.addAll(
          List.of(
              "-Dcuda.tests=true",
              "-cp",
              System.getProperty("java.class.path"),
              CudaCacheTest.class.getName(),
              folder.toString()));
      processes.add(new ProcessBuilder(command).redirectError(Redirect.INHERIT).start());
    }
    List<Answers> answers = new ArrayList<>();
    for (Process process : processes) {
      assertEquals("ready", process.inputReader(StandardCharsets.UTF_8).readLine());
    }
    for (Process process : processes) {
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
    }
    for (Process process : processes) {
      var out = process.inputReader(StandardCharsets.UTF_8);
      answers.add(
          new Answers(
              requireNonNull(out.readLine()), Long.parseLong(requireNonNull(out.readLine()))));
    }
    return answers;
  }

  private List<Path> files(String end) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("kernels"))) {
      return files.filter(file -> file.toString().endsWith(end)).sorted().toList();
    }
  }

  @Test
  void severalProcessesWriteAtOnce() throws IOException {
    StandIn.install();
    List<Answers> first = run(PROCESSES);
    for (Answers answers : first) {
      assertEquals(first.getFirst().values, answers.values);
    }
    List<Path> written = files("");
    assertTrue(files(".cubin").size() >= FUNCTIONS.size(), written.toString());
    for (Path file : written) {
      String name = file.getFileName().toString();
      assertTrue(name.matches("k?[0-9a-f]{32}\\.(cubin|in)"), () -> "left behind: " + file);
    }
    assertEquals(first.getFirst().values, run(1).getFirst().values);
    assertEquals(written, files(""), "all was found, nothing written anew");
  }

  @Test
  void damagedFilesAreWrittenAnewWhoeverComesFirst() throws IOException {
    StandIn.install();
    String expected = run(1).getFirst().values;
    List<Path> images = files(".cubin");
    Files.write(images.get(0), new byte[0]);
    byte[] turned = Files.readAllBytes(images.get(1));
    turned[turned.length / 2] ^= 1;
    Files.write(images.get(1), turned);
    byte[] whole = Files.readAllBytes(images.get(2));
    Files.write(images.get(2), Arrays.copyOf(whole, whole.length / 2));
    Files.delete(images.get(3));
    List<Path> references = files(".in");
    Files.writeString(references.get(4), "../../etc/passwd");
    Files.write(references.get(5), new byte[0]);
    for (Answers answers : run(PROCESSES)) {
      assertEquals(expected, answers.values);
    }
    assertEquals(expected, run(1).getFirst().values);
    for (Path reference : files(".in")) {
      assertEquals(32, Files.size(reference), reference.toString());
    }
  }
}
