package arignote.tests.numerics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import arignote.ir.Bindings;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.text.IrPrinter;
import arignote.reference.Interpreter;
import arignote.rewrite.Pipelines;
import arignote.rewrite.rules.ApplyRules;
import arignote.runtime.Backends;
import arignote.runtime.CompileOptions;
import arignote.runtime.Executable;
import arignote.runtime.Mode;
import arignote.runtime.Program;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Expressions that lose all digits, overflow or underflow as they are written are right to four
/// units in the last place once rules have rewritten them, alone and among all passes.
/// `numerics.py` has computed what is right.
class NumericsTest {
  private static final double ULPS = 4;
  private static final CompileOptions CPU =
      new CompileOptions("cpu", Mode.FAST_RUN, Set.of(), 1, Optional.empty(), true);

  /// A line of the table.
  record Point(DType dtype, String expression, List<double[]> variables, String[] exact) {
    static Point parse(String line) {
      String[] fields = line.split("\t");
      return new Point(
          DType.parse(fields[0]),
          fields[1],
          Stream.of(fields[2].split(", ")).map(Point::numbers).toList(),
          fields[3].split(" "));
    }

    private static double[] numbers(String text) {
      return Stream.of(text.split(" ")).mapToDouble(Double::parseDouble).toArray();
    }

    @Override
    public String toString() {
      return "%s %s at %s"
          .formatted(dtype, expression, variables.stream().map(Arrays::toString).toList());
    }
  }

  static List<Point> points() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(NumericsTest.class.getResourceAsStream("expressions.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(Point::parse)
          .toList();
    }
  }

  @Test
  void theTableHasEveryExpression() throws IOException {
    Set<String> written = new TreeSet<>();
    Expressions.names().forEach(written::add);
    Set<String> computed = new TreeSet<>();
    points().forEach(point -> computed.add(point.expression()));
    assertEquals(written, computed);
  }

  @ParameterizedTest
  @MethodSource("points")
  void isRightToFourUnitsInTheLastPlace(Point point) {
    List<Input> inputs = new ArrayList<>();
    List<HostTensor> values = new ArrayList<>();
    for (double[] variable : point.variables()) {
      TensorType type =
          variable.length == 1
              ? TensorType.scalar(point.dtype())
              : TensorType.of(point.dtype(), (long) variable.length);
      inputs.add(new Input("x" + inputs.size(), type));
      HostTensor value =
          variable.length == 1
              ? HostTensor.zeros(point.dtype())
              : HostTensor.zeros(point.dtype(), variable.length);
      for (int i = 0; i < variable.length; i++) {
        value.setDouble(i, variable[i]);
      }
      values.add(value);
    }
    Graph written = new Graph(inputs, List.of(Expressions.write(point.expression(), inputs)));
    Graph byRules = written;
    for (String phase : List.of("stabilize", "canonicalize", "specialize")) {
      byRules = ApplyRules.of(phase).apply(byRules);
    }
    check(point, byRules, values);
    check(point, Pipelines.of(CPU).run("point", written, CPU), values);
  }

  private static void check(Point point, Graph graph, List<HostTensor> values) {
    check(point, graph, Interpreter.evaluate(graph, values).getFirst(), "reference");
    Executable onCpu = Backends.of(CPU).compile(new Program("point", graph, List.of()), CPU);
    check(point, graph, onCpu.call(values, new Bindings()).getFirst(), "cpu");
  }

  private static void check(Point point, Graph graph, HostTensor result, String backend) {
    assertEquals(point.exact().length, result.size());
    for (int i = 0; i < point.exact().length; i++) {
      check(point, point.exact()[i], result.getDouble(i), graph, backend);
    }
  }

  private static void check(Point point, String exact, double found, Graph graph, String backend) {
    boolean right =
        switch (exact) {
          case "nan" -> Double.isNaN(found);
          case "inf" -> found == Double.POSITIVE_INFINITY;
          case "-inf" -> found == Double.NEGATIVE_INFINITY;
          default -> ulps(point.dtype(), new BigDecimal(exact), found) <= ULPS;
        };
    if (!right) {
      fail(
          "%s is %s on %s, exactly %s, by%n%s"
              .formatted(point, found, backend, exact, IrPrinter.print(graph)));
    }
  }

  /// How far off a result is, in units of the last place of the exact value as the dtype rounds it.
  private static double ulps(DType dtype, BigDecimal exact, double found) {
    if (!Double.isFinite(found)) {
      return Double.POSITIVE_INFINITY;
    }
    double unit = dtype == DType.F32 ? Math.ulp(exact.floatValue()) : Math.ulp(exact.doubleValue());
    return new BigDecimal(found).subtract(exact).abs().doubleValue() / unit;
  }
}
