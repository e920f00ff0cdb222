package arignote.tests.cuda;

import static arignote.autodiff.Gradients.grad;
import static arignote.autodiff.optim.Optimisers.adadelta;
import static arignote.dsl.Conditional.cond;
import static arignote.dsl.Probes.check;
import static arignote.dsl.Values.constant;
import static arignote.dsl.Values.input;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.backend.cuda.CudaBackend;
import arignote.backend.cuda.codegen.Prelude;
import arignote.dsl.Loop;
import arignote.dsl.Shapes;
import arignote.examples.imdb.LstmModel;
import arignote.examples.imdb.LstmModel.Params;
import arignote.examples.imdb.Options;
import arignote.examples.imdb.PackedParams;
import arignote.ir.Bindings;
import arignote.ir.EvaluationException;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.rewrite.Pipelines;
import arignote.runtime.CompileOptions;
import arignote.runtime.Executable;
import arignote.runtime.Function;
import arignote.runtime.Program;
import arignote.tensor.DType;
import arignote.tests.ops.BackendComparison;
import arignote.tests.ops.OpCase;
import arignote.tests.ops.OpTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

/// NVIDIA's own compiler takes the kernels of the op table and of the tutorial's training step.
/// `-Dcuda.kernels=all` has it compile those of all cases, which takes minutes, else of one case in
/// [#STRIDE].
class CudaCompilerTest {
  private static final int STRIDE = "all".equals(System.getProperty("cuda.kernels")) ? 1 : 32;

  private static final CompileOptions ALL_PASSES = StandIn.options("gpu");

  private static final List<String> CODES = new ArrayList<>();

  @TempDir private Path folder = Path.of("");

  /// Collects the kernels of all cases, as they are and as passes make them.
  @BeforeAll
  static void collect() {
    if (!runs("nvcc", "--version")) {
      System.out.println("Kernels are not compiled by nvcc: there is none.");
      throw new TestAbortedException("skipped: there is no nvcc");
    }
    StandIn.prepare();
    Set<String> codes = new LinkedHashSet<>();
    AtomicInteger number = new AtomicInteger();
    OpTable.cases()
        .filter(_ -> number.getAndIncrement() % STRIDE == 0)
        .forEach(tested -> {
          add(tested, tested.graph(), codes);
          add(tested, Pipelines.of(ALL_PASSES).run("case", tested.graph(), ALL_PASSES), codes);
        });
    assertTrue(codes.size() > 50, () -> "only " + codes.size() + " kernels");
    codes.addAll(trainingStep().plan(Map.of("T", 100L, "B", 16L)).kernels().values());
    long before = codes.size();
    addOthers(codes);
    assertTrue(codes.size() >= before + 10, () -> "only " + (codes.size() - before) + " others");
    addLoops(codes);
    CODES.addAll(codes);
  }

  /// What the op table has no cases of: checks, choices in loops, many indices, atomics.
  private static void addOthers(Set<String> codes) {
    Input x = input("x", DType.F32, "N");
    Variable checked = check(x, value -> value.gt(0));
    Variable chosen =
        Loop.foldl(
            (Variable) x,
            (Variable) constant(DType.F32, 0),
            (e, s) -> cond(e.gt(0), () -> s.add(check(e, value -> value.lt(9))), () -> s));
    Map<String, Long> many = Map.of("N", 100_000L);
    codes.addAll(compiled(x, checked.exp()).plan(many).kernels().values());
    codes.addAll(compiled(x, chosen).plan(Map.of("N", 50L)).kernels().values());
    System.setProperty("arignote.cuda.atomics", "true");
    try {
      for (DType dtype : List.of(DType.F32, DType.F64, DType.I32, DType.I64)) {
        Variable indices = x.cast(dtype == DType.F32 ? DType.I32 : DType.I64);
        Variable updated = Shapes.scatterAdd(x.cast(dtype), indices, x.cast(dtype), 0);
        codes.addAll(compiled(x, updated).plan(many).kernels().values());
      }
    } finally {
      System.clearProperty("arignote.cuda.atomics");
    }
  }

  private static Function compiled(Input x, Variable output) {
    return Function.compile().inputs(x).outputs(output).options(ALL_PASSES).build("f");
  }

  /// Loops over time that are one kernel each.
  private static void addLoops(Set<String> codes) {
    System.setProperty("arignote.cuda.persistent", "on");
    try {
      long before = codes.size();
      codes.addAll(trainingStep().plan(Map.of("T", 100L, "B", 16L)).kernels().values());
      for (DType dtype : List.of(DType.F32, DType.F64)) {
        for (RecurrentModel model : RecurrentModel.all(dtype, 32)) {
          Executable executable =
              new CudaBackend()
                  .compile(
                      new Program(
                          "loop",
                          Pipelines.of(ALL_PASSES).run("loop", model.graph(), ALL_PASSES),
                          List.of()),
                      ALL_PASSES);
          codes.addAll(executable.plan(new Bindings().put("T", 5).put("B", 3)).kernels().values());
        }
      }
      assertTrue(codes.size() - before > 20, () -> "only " + codes.size() + " with loops");
    } finally {
      System.clearProperty("arignote.cuda.persistent");
    }
  }

  private static Function trainingStep() {
    Map<String, String> sizes = Map.of("dim_proj", "128", "n_words", "1000");
    Params p = PackedParams.share(PackedParams.initial(Options.of(sizes), DType.F32));
    LstmModel model = LstmModel.of(p, 0, Optional.empty());
    return Function.compile()
        .inputs(model.tokens(), model.mask(), model.labels())
        .outputs(model.cost())
        .updates(adadelta(p, grad(model.cost(), p)))
        .options(ALL_PASSES)
        .build("train");
  }

  private static void add(OpCase tested, Graph graph, Set<String> codes) {
    try {
      Bindings bindings = tested.bindings();
      codes.addAll(
          new CudaBackend()
              .compile(new Program("case", graph, List.of()), BackendComparison.options("gpu"))
              .plan(bindings)
              .kernels()
              .values());
    } catch (EvaluationException _) {
      // Cases without a result have no kernels.
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sm_80", "sm_90", "sm_120"})
  void nvccTakesEveryKernel(String architecture) throws IOException {
    Map<String, String> kernels = new LinkedHashMap<>();
    for (int i = 0; i < CODES.size(); i++) {
      kernels.put("k" + i, CODES.get(i));
    }
    Path source = folder.resolve("kernels.cu");
    Files.writeString(source, Prelude.read().source(kernels));
    Process process =
        new ProcessBuilder(
                "nvcc",
                "-cubin",
                "-arch=" + architecture,
                "--std=c++17",
                "--fmad=false",
                "-Xptxas",
                "-O1",
                "-Werror",
                "all-warnings",
                // Not every position along an axis is used.
                "-diag-suppress",
                "177",
                "-o",
                folder.resolve("kernels.cubin").toString(),
                source.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, exit(process), output);
  }

  private static boolean runs(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return exit(process) == 0;
    } catch (IOException _) {
      return false;
    }
  }

  private static int exit(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
