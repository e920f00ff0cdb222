package arignote.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.dsl.Loop;
import arignote.dsl.Maths;
import arignote.dsl.Shapes;
import arignote.dsl.Values;
import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Shared;
import arignote.ir.Variable;
import arignote.ir.op.Cumulate;
import arignote.ir.op.CumulateFn;
import arignote.ir.op.Fused;
import arignote.ir.text.IrParser;
import arignote.rewrite.passes.FuseElementwise;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MathematicsTest {
  private final Input x = Values.input("x", DType.F32, "T", 3);
  private final Input y = Values.input("y", DType.F32, 3);
  private final Input z = Values.input("z", DType.F32, "T", 3);

  private static String pp(Variable variable) {
    return Inspect.pp(variable);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sub(%x, %y); sub(%0, %z)              | x - y - z
          sub(%y, %z); sub(%x, %0)              | x - (y - z)
          add(%y, %z); add(%x, %0)              | x + (y + z)
          add(%x, %y); mul(%0, %z)              | (x + y) * z
          mul(%x, %y); add(%z, %0)              | z + x * y
          div(%x, %y); mul(%0, %z)              | x / y * z
          mul(%y, %z); div(%x, %0)              | x / (y * z)
          neg(%x); mul(%0, %y)                  | -x * y
          mul(%x, %y); neg(%0)                  | -(x * y)
          neg(%x); neg(%0)                      | --x
          neg(%y); sub(%x, %0)                  | x - -y
          pow(%x, %y); neg(%0)                  | -x ^ y
          neg(%x); pow(%0, %y)                  | (-x) ^ y
          neg(%y); pow(%x, %0)                  | x ^ -y
          pow(%x, %y); pow(%0, %z)              | (x ^ y) ^ z
          pow(%y, %z); pow(%x, %0)              | x ^ y ^ z
          mul(%y, %z); pow(%x, %0)              | x ^ (y * z)
          pow(%x, %y); exp(%0)                  | exp(x ^ y)
          add(%x, %y); maximum(%0, %z)          | maximum(x + y, z)
          floordiv(%x, %y); mod(%0, %z)         | x // y % z
          """)
  void parenthesesAreFew(String lines, String expected) {
    String[] calls = lines.split(";");
    StringBuilder text = new StringBuilder("graph @g(%x: f64, %y: f64, %z: f64) -> f64 {\n");
    for (int i = 0; i < calls.length; i++) {
      text.append("%").append(i).append(" = ").append(calls[i].strip()).append(" : f64\n");
    }
    text.append("return %").append(calls.length - 1).append("\n}\n");
    Graph graph = IrParser.parse(text.toString()).graph();
    assertEquals(expected, pp(graph.outputs().getFirst()));
  }

  @Test
  void comparisonsHoldLeast() {
    assertEquals("x + z < 2 * z", pp(x.add(z).lt(Maths.mul(Values.constant(DType.F32, 2), z))));
    assertEquals("(x < z) == (z < x)", pp(x.lt(z).eq(z.lt(x))));
    assertEquals("select(x >= 0, x, 0.5)", pp(Maths.select(x.ge(0), x, 0.5)));
  }

  @Test
  void broadcastsOfTheDslAreLeftOut() {
    assertEquals("x * y + 1", pp(x.mul(y).add(1)));
    assertEquals("x - mean", pp(x.sub(Values.input("mean", DType.F32, "T", 1))));
    assertEquals("exp(broadcast(y, [T, 3]))", pp(Shapes.broadcast(y, Values.dim("T"), 3).exp()));
    // Without one of the two nothing would say that there are T rows.
    Variable both =
        Shapes.broadcast(y, Values.dim("T"), 3).add(Shapes.broadcast(y, Values.dim("T"), 3));
    assertEquals("broadcast(y, [T, 3]) + y", pp(both));
  }

  @Test
  void numbersHaveADtypeWhereNothingBesideThemHas() {
    assertEquals("f32(2)", pp(Values.constant(DType.F32, 2)));
    assertEquals("exp(f64(0.1))", pp(Values.constant(DType.F64, 0.1).exp()));
    assertEquals("f32(2) + 3", pp(Values.constant(DType.F32, 2).add(3)));
    assertEquals("x * (-2) ^ x", pp(x.mul(Maths.pow(Values.constant(DType.F32, -2), x))));
    assertEquals("x - -2", pp(x.sub(-2)));
    assertEquals("x * 1.0E-8", pp(x.mul(1e-8)));
    assertEquals("maximum(x, -inf)", pp(Maths.maximum(x, Double.NEGATIVE_INFINITY)));
    assertEquals(
        "i64(9007199254740993)",
        pp(Values.constant(HostTensor.of(new long[] {9007199254740993L}).reshape())));
    assertEquals("f32([1.0, 2.0])", pp(Values.constant(HostTensor.of(new float[] {1, 2}, 2))));
    assertEquals("f32[100](...)", pp(Values.constant(HostTensor.zeros(DType.F32, 100))));
  }

  @Test
  void callsHaveTheirAttributesBehindTheOperands() {
    assertEquals("sum(x)", pp(x.sum()));
    assertEquals("sum(x, [0])", pp(x.sum(0)));
    assertEquals("argmax(x, 1)", pp(Maths.argmax(x, 1)));
    assertEquals("cumsum(x, 1)", pp(x.cumsum(1)));
    assertEquals(
        "cumprod(x, 1, true)",
        pp(Apply.of(new Cumulate(CumulateFn.PROD, 1, true), List.of(x)).result()));
    assertEquals("cast(x, f64)", pp(x.cast(DType.F64)));
    assertEquals("dot(x, y)", pp(x.dot(y)));
    assertEquals("transpose(x)", pp(x.transpose()));
    assertEquals("reshape(x, [T, 1, 3])", pp(x.expandDims(1)));
    assertEquals("concat(0, x, z)", pp(Shapes.concat(0, x, z)));
    assertEquals("fill(0, f32[T,3])", pp(Values.zeros(DType.F32, Values.dim("T"), 3)));
    assertEquals("dim_size(3*T)", pp(Values.size(x.type().size())));
    assertEquals("slice(x, 0, T-1, T, -1)", pp(Shapes.reverse(x, 0)));
  }

  @Test
  void slices() {
    assertEquals("x[1:]", pp(x.slice(0, 1, Values.dim("T"))));
    assertEquals("(x + z)[:, 1:2]", pp(x.add(z).slice(1, 1, 2)));
    assertEquals("x[:, :2]", pp(x.slice(1, 0, 2)));
    assertEquals("reshape(x[T-1:], [3])", pp(x.get(-1)));
  }

  @Test
  void namesAreToldApart() {
    Shared again = Values.shared("x", HostTensor.zeros(DType.F32, 3));
    Input odd = Values.input("learning rate", DType.F32);
    assertEquals("x + x_1 * `learning rate`", pp(x.add(again.mul(odd))));
    assertEquals("true_1 + x", pp(Values.input("true", DType.F32).add(x)));
  }

  @Test
  void fusedLoopsReadLikeWhatTheyWereMadeOf() {
    Variable written = x.mul(y).add(1).exp().sum(1);
    Graph fused = new FuseElementwise().apply(new Graph(List.of(x, y), List.of(written)));
    assertTrue(fused.applies().stream().anyMatch(apply -> apply.op() instanceof Fused));
    assertEquals("sum(exp(x * y + 1), [1])", pp(fused.outputs().getFirst()));
  }

  @Test
  void loopsAreCalls() {
    Variable last = Loop.scan(x, Values.zeros(DType.F32, 3), (in, s) -> in.add(s)).last();
    assertEquals("scan(x, fill(0, f32[3])).0 * 2", pp(last.mul(2)));
  }

  @Test
  void whatIsTooLongIsCut() {
    Variable deep = x;
    for (int i = 0; i < 100_000; i++) {
      deep = deep.neg();
    }
    assertEquals(10_000 + " ... (cut after 10000 characters)".length(), pp(deep).length());
    Variable wide = x;
    for (int i = 0; i < 200; i++) {
      wide = wide.add(wide);
    }
    assertTrue(pp(wide).endsWith("... (cut after 10000 characters)"));
    assertEquals("x + x + ( ... (cut after 9 characters)", Inspect.pp(x.add(x).add(x.add(x)), 9));
  }
}
