package arignote.tests.tutorial;

import static arignote.autodiff.Gradients.grad;
import static arignote.autodiff.optim.Optimisers.adadelta;
import static arignote.autodiff.optim.Optimisers.rmsprop;
import static arignote.autodiff.optim.Optimisers.sgd;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import arignote.dsl.Trees;
import arignote.examples.imdb.LstmModel;
import arignote.examples.imdb.LstmModel.Params;
import arignote.examples.imdb.PackedParams;
import arignote.ir.Shared;
import arignote.ir.Variable;
import arignote.runtime.CompileOptions;
import arignote.runtime.Flags;
import arignote.runtime.Function;
import arignote.runtime.Mode;
import arignote.runtime.Results;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The model of `ImdbLstm` computes what the tutorial's own script computed on Theano: the same
/// probabilities and gradients for the first batch, the same cost before every update and the same
/// parameters after the last, with each optimiser.
///
/// The recording in the resources is run in every mode. `-Dgolden=DIR` names a folder with further
/// ones, pairs `NAME.npz` and `NAME.json`; those are run in the mode of the flags.
final class TutorialTrajectoryTest {
  /// Largest errors allowed: of costs relative to the cost, of tensors relative to their largest
  /// element. Recordings in double precision leave nothing but rounding. In single precision both
  /// sides have rounded (6e-8 each time) a hundred steps of the loop and up to thirty updates in
  /// different orders, which may cost three digits; the first gradient of `b` is a sum of 16 terms
  /// that cancel but for a thousandth, which costs it one more.
  private record Tolerance(double cost, double probability, double gradient, double parameter) {
    static Tolerance of(DType dtype) {
      return dtype == DType.F64
          ? new Tolerance(1e-8, 1e-8, 1e-8, 1e-8)
          : new Tolerance(5e-4, 1e-5, 1e-3, 1e-4);
    }
  }

  private static Stream<Arguments> recordings() {
    List<Arguments> arguments = new ArrayList<>();
    Recording tiny = Recording.ofResource("lstm_tiny_float64");
    for (Mode mode : Mode.values()) {
      arguments.add(arguments(tiny, mode));
    }
    for (Recording recording : Recording.ofFolder(System.getProperty("golden", ""))) {
      arguments.add(arguments(recording, Flags.current().options().mode()));
    }
    return arguments.stream();
  }

  private static Stream<Arguments> runs() {
    return recordings()
        .flatMap(arguments -> {
          Recording recording = (Recording) arguments.get()[0];
          return recording.runs().stream()
              .map(run -> arguments(recording, run, arguments.get()[1]));
        });
  }

  private static CompileOptions options(Mode mode) {
    CompileOptions options = Flags.current().options();
    return new CompileOptions(
        options.device(),
        mode,
        options.without(),
        options.threads(),
        options.dump(),
        options.verify());
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("recordings")
  void firstBatch(Recording recording, Mode mode) {
    Params p = PackedParams.share(recording.parameters("init"));
    LstmModel model = LstmModel.of(p, 0, Optional.empty());
    Function first =
        Function.compile()
            .inputs(model.tokens(), model.mask(), model.labels())
            .output("probabilities", model.probabilities())
            .outputs(grad(model.cost(), p))
            .options(options(mode))
            .build("first_batch");
    Results results = first.call(recording.batch(0));
    Tolerance tolerance = Tolerance.of(recording.dtype());
    assertClose(
        "probabilities",
        recording.array("prob0"),
        results.get("probabilities"),
        tolerance.probability());
    Map<String, HostTensor> gradients = new LinkedHashMap<>();
    for (String path : Trees.leaves(p).keySet()) {
      gradients.put(path, results.get(path));
    }
    assertAllClose(
        recording.parameters("grad0"), PackedParams.pack(gradients), tolerance.gradient());
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("runs")
  void trajectory(Recording recording, Recording.Run run, Mode mode) {
    Params p = PackedParams.share(recording.parameters("init"));
    LstmModel model = LstmModel.of(p, run.decayC(), Optional.empty());
    Function train =
        Function.compile()
            .inputs(model.tokens(), model.mask(), model.labels())
            .outputs(model.cost())
            .updates(updates(run, p, grad(model.cost(), p)))
            .options(options(mode))
            .build("train");
    Tolerance tolerance = Tolerance.of(recording.dtype());
    for (int update = 0; update < run.costs().size(); update++) {
      double expected = run.costs().get(update);
      assertEquals(
          expected,
          train.call(recording.batch(update)).item(),
          expected * tolerance.cost(),
          "cost before update " + update);
    }
    assertAllClose(
        recording.parameters("final_" + run.name()), PackedParams.values(p), tolerance.parameter());
  }

  private static Map<Shared, Variable> updates(Recording.Run run, Params p, Params gradients) {
    return switch (run.optimizer()) {
      case "sgd" -> sgd(p, gradients, run.lrate());
      case "adadelta" -> adadelta(p, gradients);
      case "rmsprop" -> rmsprop(p, gradients);
      default -> throw new AssertionError("the recording has an optimizer " + run.optimizer());
    };
  }

  private static void assertAllClose(
      Map<String, HostTensor> expected, Map<String, HostTensor> found, double tolerance) {
    assertEquals(List.copyOf(expected.keySet()), List.copyOf(found.keySet()));
    expected.forEach((name, tensor) ->
        assertClose(name, tensor, Optional.ofNullable(found.get(name)).orElseThrow(), tolerance));
  }

  private static void assertClose(
      String name, HostTensor expected, HostTensor found, double tolerance) {
    assertEquals(expected.shapeAsList(), found.shapeAsList(), name);
    double largest = 0;
    double error = 0;
    for (long i = 0; i < expected.size(); i++) {
      largest = Math.max(largest, Math.abs(expected.getDouble(i)));
      // Written so that a NaN on either side makes the error NaN, and the assertion fail.
      error = Math.max(error, Math.abs(expected.getDouble(i) - found.getDouble(i)));
    }
    assertTrue(largest > 0, name + " of the recording is all zero");
    assertTrue(
        error <= tolerance * largest,
        "%s: error %.3g relative to the largest element, allowed are %.3g"
            .formatted(name, error / largest, tolerance));
  }
}
