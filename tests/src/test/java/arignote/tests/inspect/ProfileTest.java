package arignote.tests.inspect;

import static arignote.autodiff.Gradients.grad;
import static arignote.autodiff.optim.Optimisers.adadelta;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.dsl.Loop;
import arignote.dsl.Values;
import arignote.examples.imdb.LstmModel;
import arignote.examples.imdb.LstmModel.Params;
import arignote.examples.imdb.Options;
import arignote.examples.imdb.PackedParams;
import arignote.inspect.Profile;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.plan.Measurement;
import arignote.runtime.ArgumentException;
import arignote.runtime.CompileOptions;
import arignote.runtime.Function;
import arignote.runtime.Mode;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import arignote.tests.tutorial.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Where the time goes. How much it is does not matter here; what it adds up to does.
class ProfileTest {
  private static final int ATTEMPTS = 20;

  private static CompileOptions profiled(int threads) {
    return new CompileOptions("cpu", Mode.FAST_RUN, Set.of(), threads, Optional.empty(), true)
        .withProfile(true);
  }

  /// The tutorial's training function at its standard sizes.
  private static Function tutorial(int threads) {
    Options options = Options.of(Map.of("dim_proj", "128", "n_words", "10000"));
    Params p = PackedParams.share(PackedParams.initial(options, DType.F32));
    LstmModel model = LstmModel.of(p, 0, Optional.empty());
    return Function.compile()
        .inputs(model.tokens(), model.mask(), model.labels())
        .outputs(model.cost())
        .updates(adadelta(p, grad(model.cost(), p)))
        .options(profiled(threads))
        .build("train");
  }

  /// Of steps in loops only some are timed, so what interrupts one on a busy machine counts several
  /// times: one undisturbed attempt will do.
  @Test
  void theStepsOfTheTutorialAddUpToItsTime() throws Exception {
    double share = 0;
    for (int attempt = 0; attempt < ATTEMPTS && (share <= 0.95 || share >= 1.05); attempt++) {
      share = shareOfSteps(tutorial(2));
    }
    assertTrue(share > 0.95 && share < 1.05, "steps take " + share + " of the time");
  }

  private static double shareOfSteps(Function train) throws Exception {
    HostTensor tokens = HostTensor.zeros(DType.I64, 100, 16);
    HostTensor mask = HostTensor.zeros(DType.F32, 100, 16);
    HostTensor labels = HostTensor.zeros(DType.I64, 16);
    long start = System.nanoTime();
    for (int i = 0; i < 20; i++) {
      train.call(tokens, mask, labels);
    }
    long outside = System.nanoTime() - start;
    Profile profile = train.profile();
    Measurement.Program measured = profile.measured();
    assertEquals(20, measured.calls());
    assertEquals(1, measured.preparations());
    assertTrue(measured.nanos() <= outside, measured.nanos() + " of " + outside);
    String table = profile.toString();
    assertTrue(table.contains("LstmModel.java:") || table.contains("Lstm.java:"), table);
    assertTrue(table.contains("merge-dots"), table);
    assertEquals(train.memory().arena(), measured.memory());
    Path folder = Files.createDirectories(Path.of("target/profile"));
    Files.writeString(folder.resolve("train.txt"), table);
    Files.writeString(folder.resolve("train.json"), profile.json());
    Files.writeString(folder.resolve("train.folded"), profile.folded());
    return (double) profile.stepNanos() / measured.nanos();
  }

  private final Input x = Values.input("x", DType.F32, "T", 8, 16);
  private final Input w = Values.input("w", DType.F32, 16, 16);

  private Function loop() {
    Variable last = Loop.scan(x, x.get(0).mul(0), (e, h) -> e.add(h.dot(w)).tanh()).last();
    return Function.compile().inputs(x, w).outputs(last).options(profiled(1)).build("loop");
  }

  @Test
  void stepsOfLoopsAreCountedWithTheirWork() {
    Function f = loop();
    f.call(HostTensor.zeros(DType.F32, 10, 8, 16), HostTensor.zeros(DType.F32, 16, 16));
    f.call(HostTensor.zeros(DType.F32, 5, 8, 16), HostTensor.zeros(DType.F32, 16, 16));
    Profile profile = f.profile();
    List<Measurement> inLoop =
        profile.measured().steps().stream().filter(step -> !step.path().isEmpty()).toList();
    assertFalse(inLoop.isEmpty());
    for (Measurement step : inLoop) {
      assertEquals(15, step.runs(), step.toString());
      assertTrue(step.path().getFirst().startsWith("scan ProfileTest.java:"), step.toString());
      assertTrue(step.site().startsWith("ProfileTest.java:"), step.toString());
    }
    double flops = inLoop.stream().mapToDouble(Measurement::flops).sum();
    // Of each step a product and two elementwise functions.
    assertEquals(15 * (2.0 * 8 * 16 * 16 + 2 * 8 * 16), flops);
    assertEquals(2, profile.measured().preparations());
  }

  @Test
  void theSameAsTextAsJsonAndFolded() {
    Function f = loop();
    f.call(HostTensor.zeros(DType.F32, 3, 8, 16), HostTensor.zeros(DType.F32, 16, 16));
    Profile profile = f.profile();
    Json json = Json.parse(profile.json());
    assertEquals("loop", json.get("function").text());
    assertEquals(profile.measured().steps().size(), json.get("steps").elements().size());
    for (String line : profile.folded().lines().toList()) {
      assertTrue(line.matches("loop;.* \\d+"), line);
    }
    assertTrue(
        profile.folded().lines().anyMatch(line -> line.matches("loop;scan .*;.* ProfileTest.*")),
        profile.folded());
    assertTrue(profile.toString().startsWith("profile @loop: 1 calls"), profile.toString());
  }

  @Test
  void withoutAProfileNothingIsMeasured() {
    Function f = Function.compile().inputs(w).outputs(w.exp()).build("f");
    f.call(HostTensor.zeros(DType.F32, 16, 16));
    String message = assertThrows(ArgumentException.class, f::profile).getMessage();
    assertTrue(message.startsWith("profile of \"f\": it was compiled without one"), message);
    assertFalse(f.plan().toString().isEmpty());
  }
}
