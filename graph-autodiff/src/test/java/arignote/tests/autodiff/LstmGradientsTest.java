package arignote.tests.autodiff;

import static arignote.autodiff.Gradients.grad;
import static arignote.autodiff.Gradients.vjp;
import static arignote.autodiff.testing.Expressions.expr;
import static arignote.autodiff.testing.GradientCheck.checkGradient;
import static arignote.autodiff.testing.GradientCheck.checkJvp;
import static arignote.autodiff.testing.GradientCheck.checkSecondOrder;
import static arignote.autodiff.testing.GraphAssertions.assertThat;
import static arignote.dsl.Maths.sigmoid;
import static arignote.dsl.Maths.tanh;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.dsl.Loop;
import arignote.dsl.Values;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The gradients of an LSTM cell, derived by hand. `docs/testing-gradients.md` shows parts of this
/// file, and a test here sees to it that it does.
class LstmGradientsTest {
  record Gate(Variable w, Variable u, Variable b) {
    Variable of(Variable x, Variable h) {
      return x.dot(w).add(h.dot(u)).add(b);
    }
  }

  record Cell(Gate i, Gate f, Gate o, Gate g) {}

  record State(Variable h, Variable c) {}

  static State step(Cell p, Variable x, State s) {
    Variable i = sigmoid(p.i().of(x, s.h()));
    Variable f = sigmoid(p.f().of(x, s.h()));
    Variable o = sigmoid(p.o().of(x, s.h()));
    Variable g = tanh(p.g().of(x, s.h()));
    Variable c = f.mul(s.c()).add(i.mul(g));
    return new State(o.mul(tanh(c)), c);
  }

  private static Gate gate(String name) {
    return new Gate(
        Values.input("w_" + name, DType.F64, 2, 3),
        Values.input("u_" + name, DType.F64, 3, 3),
        Values.input("b_" + name, DType.F64, 3));
  }

  private final Cell p = new Cell(gate("i"), gate("f"), gate("o"), gate("g"));
  private final Input x = Values.input("x", DType.F64, "B", 2);
  private final Input h = Values.input("h", DType.F64, "B", 3);
  private final Input c = Values.input("c", DType.F64, "B", 3);
  private final Input dh = Values.input("dh", DType.F64, "B", 3);
  private final Input dc = Values.input("dc", DType.F64, "B", 3);

  /// What a cell's gradients are, by hand, as text.
  private static Map<String, Variable> byHand(
      Cell p, Variable x, State before, Variable dh, Variable dc) {
    Map<String, Variable> v = new LinkedHashMap<>();
    v.putAll(Map.of("x", x, "h", before.h(), "c", before.c(), "dh", dh, "dc", dc));
    for (var each : Map.of("i", p.i(), "f", p.f(), "o", p.o(), "g", p.g()).entrySet()) {
      v.put("w_" + each.getKey(), each.getValue().w());
      v.put("u_" + each.getKey(), each.getValue().u());
      v.put("b_" + each.getKey(), each.getValue().b());
    }
    define(v, "i", "sigmoid(dot(x, w_i) + dot(h, u_i) + b_i)");
    define(v, "f", "sigmoid(dot(x, w_f) + dot(h, u_f) + b_f)");
    define(v, "o", "sigmoid(dot(x, w_o) + dot(h, u_o) + b_o)");
    define(v, "g", "tanh(dot(x, w_g) + dot(h, u_g) + b_g)");
    define(v, "s", "tanh(f * c + i * g)");

    define(v, "d_o", "dh * s * o * (1 - o)");
    define(v, "d_s", "dc + dh * o * (1 - s ^ 2)");
    define(v, "d_i", "d_s * g * i * (1 - i)");
    define(v, "d_f", "d_s * c * f * (1 - f)");
    define(v, "d_g", "d_s * i * (1 - g ^ 2)");
    define(v, "d_c", "d_s * f");
    define(
        v,
        "d_h",
        "dot(d_i, transpose(u_i)) + dot(d_f, transpose(u_f)) + dot(d_o, transpose(u_o))"
            + " + dot(d_g, transpose(u_g))");
    return v;
  }

  private static void define(Map<String, Variable> variables, String name, String expression) {
    variables.put(name, expr(expression, variables));
  }

  @Test
  void theCellsGradientsAreThoseByHand() {
    State next = step(p, x, new State(h, c));
    Variable loss = next.h().mul(dh).add(next.c().mul(dc)).sum();
    Map<String, Variable> v = byHand(p, x, new State(h, c), dh, dc);

    assertThat(grad(loss, c)).isEquivalentTo("d_c", v);
    assertThat(grad(loss, h)).isEquivalentTo("d_h", v);
    Cell gradients = grad(loss, p);
    assertThat(gradients.f().w()).isEquivalentTo("dot(transpose(x), d_f)", v);
    assertThat(gradients.f().u()).isEquivalentTo("dot(transpose(h), d_f)", v);
    assertThat(gradients.f().b()).isEquivalentTo("sum(d_f, [0])", v);
    assertThat(gradients.o().u()).isEquivalentTo("dot(transpose(h), d_o)", v);
    assertThat(gradients.i().u()).isEquivalentTo("dot(transpose(h), d_i)", v);
    assertThat(gradients.g().u()).isEquivalentTo("dot(transpose(h), d_g)", v);
  }

  @Test
  void gradientsOfALoopAddUpOverSteps() {
    Input xs = Values.input("xs", DType.F64, 3, "B", 2);
    Variable last = Loop.scan(xs, new State(h, c), (in, s) -> step(p, in, s)).last().h();
    Variable found = vjp(List.of(last), List.of(dh), List.of(p.f().u())).getFirst();

    State[] before = new State[3];
    State state = new State(h, c);
    for (int t = 0; t < 3; t++) {
      before[t] = state;
      state = step(p, xs.get(t), state);
    }
    Variable dhAt = dh;
    Variable dcAt = Values.zerosLike(c);
    Variable sum = Values.zerosLike(p.f().u());
    for (int t = 2; t >= 0; t--) {
      Map<String, Variable> v = byHand(p, xs.get(t), before[t], dhAt, dcAt);
      sum = sum.add(expr("dot(transpose(h), d_f)", v));
      dhAt = requireNonNull(v.get("d_h"));
      dcAt = requireNonNull(v.get("d_c"));
    }
    assertThat(found).isEquivalentTo(sum);
  }

  private static Cell cell(List<Variable> in, int first) {
    Gate[] gates = new Gate[4];
    for (int k = 0; k < 4; k++) {
      int at = first + 3 * k;
      gates[k] = new Gate(in.get(at), in.get(at + 1), in.get(at + 2));
    }
    return new Cell(gates[0], gates[1], gates[2], gates[3]);
  }

  @Test
  void numericDerivatives() {
    Random random = new Random(7);
    List<HostTensor> values = new java.util.ArrayList<>();
    values.add(Evaluations.uniform(random, -1, 1, 2, 2, 2));
    values.add(Evaluations.uniform(random, -1, 1, 2, 3));
    values.add(Evaluations.uniform(random, -1, 1, 2, 3));
    for (int k = 0; k < 4; k++) {
      values.add(Evaluations.uniform(random, -1, 1, 2, 3));
      values.add(Evaluations.uniform(random, -1, 1, 3, 3));
      values.add(Evaluations.uniform(random, -1, 1, 3));
    }
    java.util.function.Function<List<Variable>, List<Variable>> run =
        in ->
            List.of(
                Loop.scan(
                        in.get(0),
                        new State(in.get(1), in.get(2)),
                        (element, s) -> step(cell(in, 3), element, s))
                    .last()
                    .h());
    checkGradient(1, values, run);
    checkJvp(1, values, run);
    checkSecondOrder(1, values, run);
  }

  @Test
  void theDocumentationShowsThisFile() throws Exception {
    Path root = requireNonNull(Path.of("").toAbsolutePath().getParent());
    String docs = Files.readString(root.resolve("docs/testing-gradients.md"));
    String source =
        Files.readString(
            Path.of("src/test/java", getClass().getName().replace('.', '/') + ".java"));
    Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(docs);
    int blocks = 0;
    while (block.find()) {
      blocks++;
      for (String line : block.group(1).lines().map(String::strip).toList()) {
        assertTrue(source.contains(line), "not in this file: " + line);
      }
    }
    assertTrue(blocks >= 4, blocks + " blocks of Java");
  }
}
