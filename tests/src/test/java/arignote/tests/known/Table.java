package arignote.tests.known;

import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.runtime.Function;
import arignote.runtime.UnusedInput;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// Cases, each an expression at some values of its inputs and the values that it must have. They
/// run as compiled functions.
final class Table {
  /// What values may differ by, relative to the larger one or to 1, if a case says nothing else.
  static final double TOLERANCE = 1e-9;

  private record Case(String name, Supplier<double[]> found, double[] expected, double tolerance) {}

  private final Map<Input, HostTensor> values = new LinkedHashMap<>();
  private final List<Case> cases = new ArrayList<>();

  /// The value of an input, for all cases that use it.
  Table with(Input input, HostTensor value) {
    values.put(input, value);
    return this;
  }

  Table with(Input input, double... elements) {
    return with(
        input,
        input.type().isScalar()
            ? HostTensor.scalar(input.type().dtype(), elements[0])
            : HostTensor.of(elements).cast(input.type().dtype()));
  }

  /// The elements, row by row, that an expression must have.
  void row(String name, Variable output, double... expected) {
    near(name, TOLERANCE, output, expected);
  }

  void near(String name, double tolerance, Variable output, double... expected) {
    Map<Input, HostTensor> arguments = new LinkedHashMap<>(values);
    cases.add(new Case(name, () -> call(output, arguments), expected, tolerance));
  }

  private static double[] call(Variable output, Map<Input, HostTensor> arguments) {
    Function f =
        Function.compile()
            .inputs(arguments.keySet().toArray())
            .outputs(output)
            .onUnusedInput(UnusedInput.IGNORE)
            .build("known");
    return doubles(f.call(arguments.values().toArray(HostTensor[]::new)).get(0));
  }

  static double[] doubles(HostTensor tensor) {
    double[] elements = new double[Math.toIntExact(tensor.size())];
    Arrays.setAll(elements, tensor::getDouble);
    return elements;
  }

  int size() {
    return cases.size();
  }

  Stream<DynamicTest> tests() {
    return cases.stream().map(each -> DynamicTest.dynamicTest(each.name, () -> check(each)));
  }

  private static void check(Case each) {
    double[] found = each.found.get();
    String both =
        "found %s, expected %s".formatted(Arrays.toString(found), Arrays.toString(each.expected));
    assertEquals(each.expected.length, found.length, both);
    for (int i = 0; i < found.length; i++) {
      double expected = each.expected[i];
      double allowed = each.tolerance * Math.max(1, Math.abs(expected));
      if (Double.isFinite(expected)) {
        assertEquals(expected, found[i], allowed, both);
      } else {
        assertEquals(expected, found[i], both);
      }
    }
  }
}
