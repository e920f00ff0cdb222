package arignote.tests.ops;

import arignote.runtime.Backend;
import arignote.runtime.CompileOptions;
import arignote.runtime.DeviceException;
import arignote.runtime.Executable;
import arignote.runtime.Mode;
import arignote.runtime.Program;
import arignote.tensor.HostTensor;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;

/// Holds backends against the reference.
public final class BackendComparison {
  private BackendComparison() {}

  /// All backends on the class path but the reference.
  public static List<Backend> backends() {
    return ServiceLoader.load(Backend.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(backend -> !backend.name().equals("reference"))
        .toList();
  }

  /// Memory for results that does not happen to hold zeros.
  private static final SegmentAllocator UNCLEAN =
      (bytes, alignment) -> HostTensor.COLLECTED.allocate(bytes, alignment).fill((byte) -1);

  /// What a backend does wrong with a case: a result out of tolerance, an exception, a changed
  /// argument, a result that later calls change, or other sizes that confuse it. Empty if all is
  /// well.
  ///
  /// @throws DeviceException if the backend has no device
  public static Optional<String> mismatch(Backend backend, OpCase tested) {
    List<OpCase> calls = new ArrayList<>(List.of(tested, tested));
    tested.longer().ifPresent(longer -> calls.addAll(List.of(longer, tested)));
    try {
      Executable executable =
          backend.compile(new Program("case", tested.graph(), List.of()), options(backend.name()));
      return mismatch(executable, calls);
    } catch (DeviceException e) {
      throw e;
    } catch (RuntimeException | LinkageError | AssertionError e) {
      return Optional.of("threw " + e + at(e));
    }
  }

  /// Makes some calls, then looks at all results.
  private static Optional<String> mismatch(Executable executable, List<OpCase> calls) {
    List<List<HostTensor>> results = new ArrayList<>();
    for (OpCase call : calls) {
      List<HostTensor> arguments = call.inputs().stream().map(HostTensor::copy).toList();
      results.add(executable.call(arguments, call.bindings(), UNCLEAN));
      for (int i = 0; i < arguments.size(); i++) {
        if (!arguments.get(i).sameAs(call.inputs().get(i))) {
          return Optional.of("changed argument " + i);
        }
      }
    }
    for (int i = 0; i < calls.size(); i++) {
      OpCase call = calls.get(i);
      String number = i == 0 ? "" : "call " + (i + 1) + (i == 2 ? ", longer: " : ": ");
      Optional<String> problem = mismatch(call.tolerance(), call.expected(), results.get(i));
      if (problem.isPresent()) {
        return problem.map(text -> number + text);
      }
    }
    return Optional.empty();
  }

  private static String at(Throwable thrown) {
    StackTraceElement[] trace = thrown.getStackTrace();
    return trace.length == 0 ? "" : " at " + trace[0];
  }

  /// What is wrong with results.
  public static Optional<String> mismatch(
      Tolerance tolerance, List<HostTensor> expected, List<HostTensor> actual) {
    if (expected.size() != actual.size()) {
      return Optional.of("expected %d results, found %d".formatted(expected.size(), actual.size()));
    }
    for (int i = 0; i < expected.size(); i++) {
      int result = i;
      Optional<String> problem =
          tolerance
              .mismatch(expected.get(i), actual.get(i))
              .map(text -> expected.size() == 1 ? text : "result " + result + ": " + text);
      if (problem.isPresent()) {
        return problem;
      }
    }
    return Optional.empty();
  }

  /// What is wrong in all cases of a row, a line each; empty if nothing is.
  public static List<String> mismatches(Backend backend, OpRow row) {
    return mismatches(backend, row.cases());
  }

  /// What is wrong in some cases, a line each; empty if nothing is.
  public static List<String> mismatches(Backend backend, Stream<OpCase> cases) {
    List<String> problems = new ArrayList<>();
    cases.forEach(tested ->
        mismatch(backend, tested)
            .ifPresent(problem -> problems.add(tested.name() + ": " + problem)));
    return problems;
  }

  /// Options under which a backend runs a graph as it is.
  public static CompileOptions options(String device) {
    return new CompileOptions(device, Mode.FAST_RUN, Set.of("all"), 1, Optional.empty(), true);
  }
}
