package arignote.tests.ops;

import arignote.runtime.Backend;
import arignote.runtime.CompileOptions;
import arignote.runtime.DeviceException;
import arignote.runtime.Executable;
import arignote.runtime.Mode;
import arignote.runtime.Program;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;

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

  /// What a backend does wrong with a case: a result out of tolerance, an exception, a changed
  /// argument, a result that a second call changes. Empty if all is well.
  ///
  /// @throws DeviceException if the backend has no device
  public static Optional<String> mismatch(Backend backend, OpCase tested) {
    List<HostTensor> arguments = tested.inputs().stream().map(HostTensor::copy).toList();
    List<HostTensor> first;
    List<HostTensor> afterSecond;
    try {
      Executable executable =
          backend.compile(new Program("case", tested.graph(), List.of()), options(backend.name()));
      first = executable.call(arguments, tested.bindings());
      afterSecond = executable.call(arguments, tested.bindings());
    } catch (DeviceException e) {
      throw e;
    } catch (RuntimeException | LinkageError | AssertionError e) {
      return Optional.of("threw " + e + at(e));
    }
    for (int i = 0; i < arguments.size(); i++) {
      if (!arguments.get(i).sameAs(tested.inputs().get(i))) {
        return Optional.of("changed argument " + i);
      }
    }
    List<HostTensor> expected = tested.expected();
    return mismatch(tested.tolerance(), expected, first)
        .or(() ->
            mismatch(tested.tolerance(), expected, afterSecond)
                .map(problem -> "second call: " + problem));
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
    List<String> problems = new ArrayList<>();
    row.cases()
        .forEach(tested ->
            mismatch(backend, tested)
                .ifPresent(problem -> problems.add(tested.name() + ": " + problem)));
    return problems;
  }

  /// Options under which a backend runs a graph as it is.
  public static CompileOptions options(String device) {
    return new CompileOptions(device, Mode.FAST_RUN, Set.of("all"), 1, Optional.empty(), true);
  }
}
