package arignote.tests.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.backend.cuda.CudaBackend;
import arignote.dsl.Loop;
import arignote.dsl.Maths;
import arignote.dsl.Values;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.plan.Measurement;
import arignote.plan.Plan;
import arignote.runtime.CompileOptions;
import arignote.runtime.DeviceException;
import arignote.runtime.FlagException;
import arignote.runtime.Function;
import arignote.runtime.Program;
import arignote.runtime.UnusedInput;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import arignote.tests.ops.BackendComparison;
import arignote.tests.ops.OpCase;
import arignote.tests.ops.OpRow;
import arignote.tests.ops.OpTable;
import arignote.tests.ops.Tolerance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Loops over time as one kernel, and when they stay step by step. `-Dcuda.seed` is the seed of the
/// arguments and of the random order of threads.
class CudaPersistentTest {
  private static final long SEED = Long.getLong("cuda.seed", 7);
  private static final String PROPERTY = "arignote.cuda.persistent";

  /// Attributes of the stand-in and what they are otherwise.
  private static final Map<Integer, Integer> ATTRIBUTES =
      Map.of(
          StandIn.PROCESSORS,
          2,
          StandIn.SHARED_MEMORY_OF_PROCESSOR,
          65536,
          StandIn.COOPERATIVE_LAUNCH,
          1,
          StandIn.SHARED_MEMORY_OF_BLOCK,
          64512);

  private static final int LAUNCH_FAILED = 719;
  private static final int CAPTURE_UNSUPPORTED = 900;
  private static final Map<String, Long> SOME = Map.of("T", 3L, "B", 5L);

  private final StandIn device = StandIn.install();

  @BeforeEach
  void start() {
    CudaBackend.shutdown();
    device.attribute(StandIn.PROCESSORS, 6);
    System.setProperty(PROPERTY, "on");
  }

  @AfterEach
  void restore() {
    System.clearProperty(PROPERTY);
    device.order(StandIn.Order.FORWARD, 0);
    ATTRIBUTES.forEach(device::attribute);
    device.heal();
    CudaBackend.shutdown();
  }

  private static CompileOptions options() {
    return StandIn.options("gpu");
  }

  private static Function compiled(RecurrentModel model) {
    return Function.compile()
        .inputs(model.graph().inputs())
        .outputs(model.graph().outputs())
        .onUnusedInput(UnusedInput.IGNORE)
        .options(options())
        .build("model");
  }

  private static List<HostTensor> call(Function function, List<HostTensor> arguments) {
    return function.call(arguments.toArray(HostTensor[]::new)).values();
  }

  /// All loops of a plan, those inside of others too.
  private static List<Plan.Step> loops(List<Plan.Step> steps) {
    List<Plan.Step> loops = new ArrayList<>();
    for (Plan.Step step : steps) {
      if (step.op().equals("scan")) {
        loops.add(step);
      }
      step.parts().forEach(part -> loops.addAll(loops(part.steps())));
    }
    return loops;
  }

  private static long persistent(Plan plan) {
    return loops(plan.steps()).stream().filter(loop -> loop.kernel().isPresent()).count();
  }

  /// The rounding errors of products and of what they become in later steps.
  private static Tolerance tolerance(DType dtype) {
    return new Tolerance(16, 512 * Tolerance.epsilon(dtype));
  }

  private static Stream<Map<String, Long>> lengths() {
    return Stream.of(
        Map.of("T", 4L, "B", 5L),
        Map.of("T", 3L, "B", 1L),
        Map.of("T", 1L, "B", 2L),
        Map.of("T", 0L, "B", 3L));
  }

  @TestFactory
  Stream<DynamicTest> theyComputeWhatTheReferenceDoes() {
    System.out.println("loops as kernels with the seed " + SEED + ".");
    return Stream.of(DType.F32, DType.F64)
        .flatMap(dtype ->
            Stream.concat(
                RecurrentModel.all(dtype, 37).stream(), RecurrentModel.all(dtype, 1).stream()))
        .map(model -> DynamicTest.dynamicTest(model.name(), () -> compare(model)));
  }

  private void compare(RecurrentModel model) {
    Function function = compiled(model);
    DType dtype = model.graph().outputs().getFirst().type().dtype();
    lengths().forEach(all -> function.plan(used(model, all)));
    lengths()
        .forEach(all -> {
          Map<String, Long> lengths = used(model, all);
          Plan plan = function.plan(lengths);
          boolean runs = lengths.getOrDefault("T", 0L) > 0;
          assertEquals(runs ? model.loops() : 0, persistent(plan), plan::toString);
          List<HostTensor> arguments = model.arguments(lengths, SEED);
          List<HostTensor> expected = model.expected(arguments);
          long launches = device.count("cuLaunchCooperativeKernel");
          List<HostTensor> first = call(function, arguments);
          assertEquals(runs, device.count("cuLaunchCooperativeKernel") > launches);
          assertEquals(
              Optional.empty(),
              BackendComparison.mismatch(tolerance(dtype), expected, first),
              lengths::toString);
          // Captured from the second call on.
          for (StandIn.Order order : StandIn.Order.values()) {
            device.order(order, SEED);
            assertEquals(
                Optional.empty(),
                BackendComparison.mismatch(Tolerance.EXACT, first, call(function, arguments)),
                () -> lengths + ", threads " + order);
          }
          device.order(StandIn.Order.FORWARD, 0);
        });
  }

  private static Map<String, Long> used(RecurrentModel model, Map<String, Long> lengths) {
    Map<String, Long> used = new TreeMap<>();
    model.graph().inputs().stream()
        .flatMap(input -> input.type().shape().stream())
        .flatMap(dim -> dim.symbols().stream())
        .forEach(symbol -> used.put(symbol, lengths.get(symbol)));
    return used;
  }

  /// The op table's loops, of all kinds of carries, outputs and layouts.
  @Test
  void theOpTablesLoops() {
    CudaBackend backend = new CudaBackend();
    CompileOptions options = BackendComparison.options("gpu");
    List<OpCase> cases =
        OpTable.rows().stream()
            .filter(row -> row.name().equals("scan"))
            .flatMap(OpRow::cases)
            .toList();
    long persistent =
        cases.stream()
            .filter(tested ->
                persistent(
                        backend
                            .compile(new Program("case", tested.graph(), List.of()), options)
                            .plan(tested.bindings()))
                    > 0)
            .count();
    assertTrue(persistent > cases.size() / 2, () -> "only " + persistent);
    assertEquals(List.of(), BackendComparison.mismatches(backend, cases.stream()));
  }

  /// What plans say of the loops of a model.
  private static String remarks(Function function, Map<String, Long> lengths) {
    List<Plan.Step> loops = loops(function.plan(lengths).steps());
    return loops.stream()
        .map(loop -> String.join(", ", loop.notes()))
        .collect(Collectors.joining("\n"));
  }

  private void assertRight(RecurrentModel model, Map<String, Long> lengths, Function function) {
    List<HostTensor> arguments = model.arguments(lengths, SEED);
    DType dtype = model.graph().outputs().getFirst().type().dtype();
    assertEquals(
        Optional.empty(),
        BackendComparison.mismatch(
            tolerance(dtype), model.expected(arguments), call(function, arguments)));
  }

  /// One wait for all blocks in each step, for what only others have computed: the state that the
  /// gates need, and the gradients of the gates that the gradient of the state needs.
  @Test
  void theTutorialsLoopsWaitForAllBlocksOnceAStep() {
    Plan plan = compiled(RecurrentModel.lstm(DType.F32, 32)).plan(SOME);
    List<Plan.Step> loops = loops(plan.steps());
    assertEquals(2, loops.size());
    for (Plan.Step loop : loops) {
      List<Plan.Step> steps = loop.parts().getFirst().steps();
      long waits =
          steps.stream()
              .filter(step -> step.op().equals("wait") && step.notes().contains("all blocks"))
              .count();
      assertEquals(1, waits, plan::toString);
      assertTrue(loop.notes().contains("6 x 256 threads"), () -> loop.notes().toString());
    }
  }

  @Test
  void whereNoBlockNeedsAnothersResultsNoneWaits() {
    Plan plan = compiled(RecurrentModel.decay(DType.F32, 32)).plan(SOME);
    assertTrue(persistent(plan) > 0);
    assertFalse(plan.toString().contains("all blocks"), plan::toString);
  }

  @Test
  void weightsThatDoNotFitStayWhereTheyAre() {
    device.attribute(StandIn.SHARED_MEMORY_OF_BLOCK, 2000);
    RecurrentModel model = RecurrentModel.lstm(DType.F32, 32);
    Function function = compiled(model);
    assertEquals(
        """
        steps=3, step by step: the weights do not fit 6 x 2000 bytes on the chip
        steps=3, reverse, step by step: the weights do not fit 6 x 2000 bytes on the chip\
        """,
        remarks(function, SOME));
    long launches = device.count("cuLaunchCooperativeKernel");
    assertRight(model, SOME, function);
    assertEquals(launches, device.count("cuLaunchCooperativeKernel"));
  }

  @Test
  void aDeviceThatRunsNoBlocksTogetherGoesStepByStep() {
    device.attribute(StandIn.COOPERATIVE_LAUNCH, 0);
    RecurrentModel model = RecurrentModel.gru(DType.F64, 9);
    Function function = compiled(model);
    assertEquals(
        """
        steps=3, step by step: the device does not run blocks together
        steps=3, reverse, step by step: the device does not run blocks together\
        """,
        remarks(function, SOME));
    assertRight(model, SOME, function);
  }

  /// What the driver says of the compiled kernel counts in the end.
  @Test
  void aDeviceThatDoesNotHoldAllBlocksGoesStepByStep() {
    RecurrentModel model = RecurrentModel.lstm(DType.F32, 32);
    Function function = compiled(model);
    device.attribute(StandIn.SHARED_MEMORY_OF_PROCESSOR, 1000);
    assertEquals(2, persistent(function.plan(SOME)));
    long launches = device.count("cuLaunchCooperativeKernel");
    assertRight(model, SOME, function);
    assertRight(model, SOME, function);
    assertEquals(launches, device.count("cuLaunchCooperativeKernel"));
  }

  @Test
  void aDriverThatCannotCaptureTheKernelLaunchesItInEachCall() {
    RecurrentModel model = RecurrentModel.lstm(DType.F32, 8);
    Function function = compiled(model);
    long graphs = device.count("graphs");
    assertRight(model, SOME, function);
    device.fail("cuLaunchCooperativeKernel", 1, CAPTURE_UNSUPPORTED);
    long launches = device.count("cuLaunchCooperativeKernel");
    for (int call = 0; call < 3; call++) {
      assertRight(model, SOME, function);
    }
    // One that is refused, then two in each call.
    assertEquals(launches + 7, device.count("cuLaunchCooperativeKernel"));
    assertEquals(graphs, device.count("graphs"));
  }

  @Test
  void aKernelThatFailsIsNamed() {
    RecurrentModel model = RecurrentModel.plain(DType.F32, 8);
    Function function = compiled(model);
    List<HostTensor> arguments = model.arguments(SOME, SEED);
    device.fail("cuLaunchCooperativeKernel", 1, LAUNCH_FAILED);
    String message =
        assertThrows(DeviceException.class, () -> call(function, arguments)).getMessage();
    assertTrue(message.contains("CUDA_ERROR_LAUNCH_FAILED (719)"), message);
  }

  /// As one step with the work of all steps, whether that was one kernel or, after all, so many
  /// that marks are used again.
  @ParameterizedTest
  @ValueSource(ints = {65536, 1000})
  void profilesTakeALoopAsAWhole(int sharedMemory) {
    device.attribute(StandIn.SHARED_MEMORY_OF_PROCESSOR, sharedMemory);
    Input x = Values.input("x", DType.F32, "T", 8, 16);
    Input w = Values.input("w", DType.F32, 16, 16);
    Variable last = Loop.scan(x, x.get(0).mul(0), (e, h) -> e.add(h.dot(w)).tanh()).last();
    Function function =
        Function.compile()
            .inputs(x, w)
            .outputs(last)
            .options(options().withProfile(true))
            .build("profiled");
    HostTensor weights = HostTensor.zeros(DType.F32, 16, 16);
    long launches = device.count("cuLaunchCooperativeKernel");
    for (long steps : new long[] {400, 400, 5}) {
      function.call(HostTensor.zeros(DType.F32, steps, 8, 16), weights);
    }
    boolean isHeld = device.count("cuLaunchCooperativeKernel") > launches;
    assertEquals(sharedMemory > 1000, isHeld);
    List<Measurement> measured = function.profile().measured().steps();
    assertTrue(measured.stream().allMatch(step -> step.path().isEmpty()), measured::toString);
    List<Measurement> loops = measured.stream().filter(step -> step.step().equals("scan")).toList();
    assertEquals(1, loops.size(), measured::toString);
    assertEquals(3, loops.getFirst().runs());
    // Of each step a product and two elementwise functions.
    assertEquals(805 * (2.0 * 8 * 16 * 16 + 2 * 8 * 16), loops.getFirst().flops());
  }

  @Test
  void theEstimateDecidesUnlessToldOtherwise() {
    System.setProperty(PROPERTY, "auto");
    device.attribute(StandIn.PROCESSORS, 132);
    device.attribute(StandIn.SHARED_MEMORY_OF_BLOCK, 232448);
    Function function = compiled(RecurrentModel.lstm(DType.F32, 128));
    assertEquals(2, persistent(function.plan(Map.of("T", 100L, "B", 16L))));
    String many = remarks(function, Map.of("T", 100L, "B", 4096L));
    assertTrue(
        many.matches(
            "(?s)(.*step by step: an estimated [0-9.]+ us each, [0-9.]+ as one kernel.*){2}"),
        many);
    System.setProperty(PROPERTY, "off");
    assertEquals(
        """
        steps=100, step by step: arignote.cuda.persistent=off
        steps=100, reverse, step by step: arignote.cuda.persistent=off\
        """,
        remarks(compiled(RecurrentModel.lstm(DType.F32, 128)), Map.of("T", 100L, "B", 16L)));
    System.setProperty(PROPERTY, "maybe");
    assertEquals(
        "flag arignote.cuda.persistent: \"maybe\" is not one of its values: auto, off, on",
        assertThrows(FlagException.class, () -> compiled(RecurrentModel.lstm(DType.F32, 8)))
            .getMessage());
  }

  @Test
  void whatABodyHasThatIsNoSuchWorkIsSaid() {
    Input x = Values.input("x", DType.F32, "T", "B", "B");
    Input start = Values.input("h", DType.F32, "B", "B");
    assertEquals(
        "steps=3, step by step: a product of two matrices that change from step to step",
        remarkOf(x, start, (element, s) -> s.dot(element.add(s))));
    assertEquals(
        "steps=3, step by step: rows in the body",
        remarkOf(x, start, (element, s) -> Maths.sin(s.sub(s.sum(0))).add(element)));
  }

  private static String remarkOf(
      Input x, Input start, BiFunction<Variable, Variable, Variable> step) {
    Function function =
        Function.compile()
            .inputs(x, start)
            .outputs(Loop.scan(x, start, step).last())
            .options(options())
            .build("other");
    return remarks(function, SOME);
  }
}
