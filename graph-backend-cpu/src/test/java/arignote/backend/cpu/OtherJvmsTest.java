package arignote.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Fused;
import arignote.ir.op.Op;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What depends on how the JVM was started.
class OtherJvmsTest {
  private record Run(int status, String output) {}

  private static Run java(List<String> options, String argument)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.addAll(List.of(OtherJvmsTest.class.getName(), argument));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), output);
  }

  /// What the other JVM runs: a large loop, often enough that it is compiled.
  public static void main(String[] arguments) {
    Random random = new Random(3);
    TensorType type = TensorType.of(DType.F32, 2048);
    List<Input> inputs = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      inputs.add(new Input("x" + i, type));
    }
    List<Variable> values = new ArrayList<>(inputs);
    for (int i = 0; i < 120; i++) {
      Variable x = values.get(random.nextInt(values.size()));
      Variable y = values.get(random.nextInt(values.size()));
      Op op =
          switch (random.nextInt(6)) {
            case 0 -> new Unary(UnaryFn.TANH);
            case 1 -> new Unary(UnaryFn.SIGMOID);
            case 2 -> new Binary(BinaryFn.MUL);
            default -> new Binary(BinaryFn.ADD);
          };
      values.add(Apply.of(op, op instanceof Unary ? List.of(x) : List.of(x, y)).result());
    }
    Graph body = new Graph(inputs, values.subList(values.size() - 12, values.size()));
    Apply fused = Apply.of(new Fused(body), inputs);
    Compiled compiled = Compiled.of(new Graph(inputs, List.copyOf(fused.results())));
    HostTensor[] tensors = new HostTensor[inputs.size()];
    Arrays.setAll(tensors, i -> Compiled.random(random, DType.F32, 2048));
    for (int i = 0; i < Integer.parseInt(arguments[0]); i++) {
      compiled.call(tensors);
    }
    compiled.assertAgrees(1e-4, tensors);
    System.out.println("computed");
  }

  @Test
  void withoutTheVectorApiLoopsAreScalarAndAWarningSaysSo() throws Exception {
    Run run = java(List.of(), "1");
    assertEquals(0, run.status(), run.output());
    assertTrue(run.output().contains("computed"), run.output());
    assertEquals(
        2, run.output().split("--add-modules jdk.incubator.vector\\.", -1).length, run.output());
  }

  /// A method that one of the JVM's compilers gives up on stays interpreted, thousands of times
  /// slower. The limit on the steps of a stage is there to prevent it.
  @Test
  void noGeneratedMethodIsTooLongForTheCompilers() throws Exception {
    Run run =
        java(List.of("--add-modules", "jdk.incubator.vector", "-XX:+PrintCompilation"), "4000");
    assertEquals(0, run.status(), run.output());
    List<String> generated =
        run.output().lines().filter(line -> line.contains("codegen.Generated")).toList();
    assertTrue(generated.size() > 2, "nothing was compiled:\n" + run.output());
    assertEquals(
        List.of(),
        generated.stream()
            .filter(line -> line.contains("SKIPPED") || line.contains("not compilable"))
            .toList());
  }
}
