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
import arignote.ir.op.Broadcast;
import arignote.ir.op.Dot;
import arignote.ir.op.Fused;
import arignote.ir.op.Op;
import arignote.ir.op.Reduce;
import arignote.ir.op.ReduceFn;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import arignote.runtime.DeviceException;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What depends on how the JVM was started.
class OtherJvmsTest {
  private static final String PRODUCT = "product";

  private record Run(int status, String output) {}

  private static Run java(List<String> options, String argument)
      throws IOException, InterruptedException {
    return java(options, System.getProperty("java.class.path"), argument);
  }

  private static Run java(List<String> options, String classPath, String argument)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
    command.add(classPath);
    command.addAll(List.of(OtherJvmsTest.class.getName(), argument));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), output);
  }

  /// What the other JVM runs: a product with a vector, or large loops, often enough that they are
  /// compiled.
  public static void main(String[] arguments) {
    if (arguments[0].equals(PRODUCT)) {
      multiply();
      return;
    }
    int calls = Integer.parseInt(arguments[0]);
    Random random = new Random(3);
    TensorType type = TensorType.of(DType.F32, 2048);
    List<Input> inputs = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      inputs.add(new Input("x" + i, type));
    }
    List<Variable> values = values(inputs, 120, random);
    run(random, calls, new Graph(inputs, values.subList(values.size() - 12, values.size())));
    List<Input> few = inputs.subList(0, 6);
    List<Variable> before = values(few, 40, random);
    Variable sum = repeated(new Reduce(ReduceFn.SUM, List.of(0)), before.getLast());
    before.add(Apply.of(new Binary(BinaryFn.SUB), List.of(before.get(30), sum)).result());
    List<Variable> after = values(before, 60, random);
    Variable largest = repeated(new Reduce(ReduceFn.MAX, List.of(0)), after.getLast());
    Variable difference =
        Apply.of(new Binary(BinaryFn.SUB), List.of(after.getLast(), largest)).result();
    run(random, calls, new Graph(few, List.of(difference, after.get(80))));
    System.out.println("computed");
  }

  private static void multiply() {
    Input x = new Input("x", TensorType.of(DType.F32, 3, 4));
    Input y = new Input("y", TensorType.of(DType.F32, 4));
    Variable product = Apply.of(new Dot(0), List.of(x, y)).result();
    Compiled compiled = Compiled.of(new Graph(List.of(x, y), List.of(product)));
    try {
      compiled.call(HostTensor.zeros(DType.F32, 3, 4), HostTensor.zeros(DType.F32, 4));
      System.out.println("computed");
    } catch (DeviceException e) {
      System.out.println(e.getMessage());
    }
  }

  /// Some values, and others computed from them at random.
  private static List<Variable> values(List<? extends Variable> given, int count, Random random) {
    List<Variable> values = new ArrayList<>(given);
    for (int i = 0; i < count; i++) {
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
    return values;
  }

  private static Variable repeated(Reduce reduce, Variable x) {
    Variable reduced = Apply.of(reduce, List.of(x)).result();
    return Apply.of(new Broadcast(x.type().shape()), List.of(reduced)).result();
  }

  private static void run(Random random, int calls, Graph body) {
    Apply fused = Apply.of(new Fused(body), body.inputs());
    Compiled compiled = Compiled.of(new Graph(body.inputs(), List.copyOf(fused.results())));
    HostTensor[] tensors = new HostTensor[body.inputs().size()];
    Arrays.setAll(tensors, i -> Compiled.random(random, DType.F32, 2048));
    for (int i = 0; i < calls; i++) {
      compiled.call(tensors);
    }
    compiled.assertAgrees(1e-4, tensors);
    long bits = 0;
    for (HostTensor result : compiled.call(tensors)) {
      for (long i = 0; i < result.size(); i++) {
        bits = 31 * bits + Double.doubleToLongBits(result.getDouble(i));
      }
    }
    System.out.println("bits " + bits);
  }

  @Test
  void withoutOpenBlasWhatNeedsItSaysSo() throws Exception {
    String classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(path -> !path.contains("bytedeco"))
            .collect(Collectors.joining(File.pathSeparator));
    Run run = java(List.of("--add-modules", "jdk.incubator.vector"), classPath, PRODUCT);
    assertEquals(0, run.status(), run.output());
    assertTrue(
        run.output().contains("cpu: the OpenBLAS library cannot be loaded (org/bytedeco/"),
        run.output());
    assertTrue(run.output().contains("; put the jars openblas and javacpp with"), run.output());
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
  /// slower. The limit on the steps of a stage is there to prevent it. The other JVM waits for its
  /// compilers, so that what is called often enough has been compiled.
  @Test
  void everyGeneratedMethodIsCompiled() throws Exception {
    Run run =
        java(
            List.of("--add-modules", "jdk.incubator.vector", "-Xbatch", "-XX:+PrintCompilation"),
            "12000");
    assertEquals(0, run.status(), run.output());
    List<String> generated =
        run.output().lines().filter(line -> line.contains("codegen.Generated")).toList();
    assertEquals(
        List.of(),
        generated.stream()
            .filter(line -> line.contains("SKIPPED") || line.contains("not compilable"))
            .toList());
    Set<String> loops = methods(generated, ".* (\\S*Generated\\S*::loop) .*");
    assertTrue(loops.size() >= 4, "too few loops:\n" + run.output());
    // The compiler of tier 4 is the one that knows vectors.
    assertEquals(loops, methods(generated, ".* 4 +(\\S*Generated\\S*::loop) .*"));
  }

  /// What the JVM interprets has the bits of what it has compiled, in vectors and one by one.
  @Test
  void bitsDoNotDependOnTheCompiler() throws Exception {
    List<String> vectors = List.of("--add-modules", "jdk.incubator.vector");
    List<String> compiled = bits(java(vectors, "8000"));
    List<String> interpreted =
        bits(java(Stream.concat(vectors.stream(), Stream.of("-Xint")).toList(), "1"));
    assertEquals(2, compiled.size());
    assertEquals(interpreted, compiled);
  }

  private static List<String> bits(Run run) {
    assertEquals(0, run.status(), run.output());
    return run.output().lines().filter(line -> line.startsWith("bits ")).toList();
  }

  private static Set<String> methods(List<String> lines, String pattern) {
    Pattern compiled = Pattern.compile(pattern);
    Set<String> methods = new TreeSet<>();
    for (String line : lines) {
      Matcher matcher = compiled.matcher(line);
      if (matcher.matches()) {
        methods.add(matcher.group(1));
      }
    }
    return methods;
  }
}
