package arignote.ir.text;

import static arignote.ir.text.Texts.assertRoundTrip;
import static arignote.ir.text.Texts.normal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.GraphVerifier;
import arignote.ir.Input;
import arignote.ir.Shared;
import arignote.ir.Site;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.CustomOp;
import arignote.ir.op.Scan;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The text form of whole graphs.
class IrTextTest {
  private static final String LSTM =
      """
      graph @lstm(%tokens: i64[T,B], %mask: f32[T,B]) -> f32[B,128] {
        shared @Wemb : f32[10000,128]
        shared @U : f32[128,128]
        %0 = gather(@Wemb, %tokens) {axis=0} : f32[T,B,128]
        %1 = fill() {value=0.0} : f32[B,128]
        %2, %3, %4 = scan {
          over %x: f32[B,128] = %0
          over %m: f32[B] = %mask
          carry %h: f32[B,128] = %1
          carry %c: f32[B,128] = %1
          with %U: f32[128,128] = @U
          %5 = dot(%h, %U) : f32[B,128]
          %6 = add(%5, %x) : f32[B,128]
          %7 = sigmoid(%6) : f32[B,128]
          %8 = constant {value=0.5} : f32
          %9 = broadcast(%8) : f32[B,128]
          %10 = mul(%c, %9) : f32[B,128]
          %11 = reshape(%m) : f32[B,1]
          %12 = broadcast(%11) : f32[B,128]
          %13 = mul(%7, %12) : f32[B,128]
          next %7, %10
          stack %13
        } : f32[B,128], f32[B,128], f32[T,B,128]
        %14 = sum(%4) {axes=[0]} : f32[B,128]
        %15 = add(%14, %2) : f32[B,128]
        return %15
      }
      """;

  @Test
  void scanRoundTrips() {
    assertRoundTrip(LSTM);
    Graph graph = IrParser.parse(LSTM).graph();
    GraphVerifier.verify(graph);
    Scan scan = (Scan) graph.applies().get(2).op();
    assertEquals(2, scan.sequences());
    assertEquals(2, scan.carries());
    assertEquals(Dim.symbol("T"), scan.steps());
  }

  @Test
  void scanWithoutSequencesSaysItsSteps() {
    assertRoundTrip(
        """
        graph @powers(%x: f32, %unused: f32[N]) -> f32, f32[N+1] {
          %0, %1 = scan {steps=N+1} {
            carry %p: f32 = %x
            with %x: f32 = %x
            %2 = mul(%p, %x) : f32
            next %2
            stack %p
          } : f32, f32[N+1]
          return %0, %1
        }
        """);
  }

  @Test
  void scanInReverseWithoutCarries() {
    assertRoundTrip(
        """
        graph @main(%x: f32[T]) -> f32[T], f32[T] {
          %0, %1 = scan {reverse=true} {
            over %x: f32 = %x
            %2 = exp(%x) : f32
            stack %2, %x
          } : f32[T], f32[T]
          return %0, %1
        }
        """);
  }

  @Test
  void nestedBodiesContinueTheNumbers() {
    assertRoundTrip(
        """
        graph @nested(%x: f32[T,B]) -> f32[T,B] {
          %0 = scan {
            over %row: f32[B] = %x
            %1 = constant {value=0.0} : f32
            %2, %3 = scan {
              over %row: f32 = %row
              carry %sum: f32 = %1
              %4 = fused {
                with %a: f32 = %row
                with %b: f32 = %sum
                %5 = exp(%a) : f32
                %6 = add(%5, %b) : f32
                yield %6
              } : f32
              next %4
              stack %4
            } : f32, f32[B]
            stack %3
          } : f32[T,B]
          return %0
        }
        """);
  }

  @Test
  void conditionalsRoundTrip() {
    assertRoundTrip(
        """
        graph @f(%p: bool, %x: f32[B], %n: i64[B]) -> f32[B], i64[B] {
          shared @q : bool
          %0, %1 = cond(%p) {
            with %x: f32[B] = %x
            with %n: i64[B] = %n
            with %q: bool = @q
            then {
              %2 = cond(%q) {
                with %x: f32[B] = %x
                then {
                  %3 = exp(%x) : f32[B]
                  yield %3
                } otherwise {
                  yield %x
                }
              } : f32[B]
              yield %2, %n
            } otherwise {
              %4 = constant {value=0.5} : f32
              %5 = broadcast(%4) : f32[B]
              %6 = square(%n) : i64[B]
              yield %5, %6
            }
          } : f32[B], i64[B]
          return %0, %1
        }
        """);
    assertRoundTrip(
        """
        graph @f(%p: bool) -> i64 {
          %0 = cond(%p) {
            then {
              %1 = constant {value=1} : i64
              yield %1
            } otherwise {
              %2 = constant {value=2} : i64
              yield %2
            }
          } : i64
          return %0
        }
        """);
  }

  @Test
  void namedSubGraphsRoundTrip() {
    assertRoundTrip(
        """
        graph @f(%x: f32[B], %y: f32[B]) -> f32[B], bool[B] {
          %0, %1 = subgraph {name="a \\"gate\\""} {
            with %x: f32[B] = %y
            with %y: f32[B] = %x
            %2 = sigmoid(%x) : f32[B]
            %3 = mul(%2, %y) : f32[B]
            %4 = gt(%3, %y) : bool[B]
            yield %3, %4
          } : f32[B], bool[B]
          return %0, %1
        }
        """);
  }

  @Test
  void bodiesSpellTheirOwnNames() {
    assertRoundTrip(
        """
        graph @main(%x: f32[B]) -> f32[B], bool[B] {
          %0, %1 = fused {
            with %x: f32[B] = %x
            with %y: f32[B] = %x
            %2 = add(%x, %y) : f32[B]
            %3 = isnan(%x) : bool[B]
            yield %2, %3
          } : f32[B], bool[B]
          return %0, %1
        }
        """);
  }

  @Test
  void graphsWithoutLinesInputsOrResults() {
    assertRoundTrip(
        """
        graph @nothing() {
          return
        }
        """);
    assertRoundTrip(
        """
        graph @same(%x: f32) -> f32, f32 {
          return %x, %x
        }
        """);
    assertRoundTrip(
        """
        graph @value() -> i64, f64 {
          shared @w : f64
          %0 = constant {value=7} : i64
          return %0, @w
        }
        """);
  }

  /// What the printer never writes, but people may.
  @Test
  void parsingIsLenientAboutLayoutNamesAndComments() {
    assertEquals(
        """
        graph @f(%x: f32[1+T]) -> f32[T+1] {
          %0 = exp(%x) : f32[T+1]
          %1 = gather(%x, %0) {axis=0} : f32[T+1]
          return %1
        }
        """
            .replace("1+T", "T+1")
            .replace("gather(%x, %0) {axis=0}", "add(%x, %0)"),
        normal(
            """
            // Comments may stand anywhere.
            graph @"f"(%"x": f32[ 1 + T ])->f32[T+1]{%loss=exp(%x):f32[T+1]
            %unused = neg(%x) : f32[T+1]   // also here
            %2 = add(%x,
                     %loss) : f32[1+1+T-1]
            return %2 }\
            """));
    assertEquals(
        normal(
            "graph @g(%x: f32[B,3]) -> f32[B] { %0 = dot(%x, %x) {batch=1} : f32[B] return %0 }"),
        normal(
            """
            graph @g(%x: f32[B,3]) -> f32[B] {
              %a = slice(%x) {step=1, size=3, start=2-2, axis=1} : f32[B,3]
              %0 = dot(%x, %x) {batch=1} : f32[B]
              return %0
            }\
            """));
  }

  @Test
  void wordsOfTheLanguageAreNamesToo() {
    assertRoundTrip(
        """
        graph @return(%graph: f32[over,next*nan], %then: f32[cond,otherwise], %scan: f32[over,nan*next]) -> f32[inf] {
          shared @shared : f32
          %0 = broadcast(@shared) : f32[inf]
          return %0
        }
        """
            .replace("next*nan", "nan*next"));
  }

  @Test
  void namesAreMadeUnique() {
    TensorType type = TensorType.scalar(DType.F32);
    List<Input> inputs = new ArrayList<>();
    for (String name : List.of("x", "x", "x_1", "x", "a.b.0", "a b", "0", "", "é\"\\\n\u0000😀")) {
      inputs.add(new Input(name, type));
    }
    Shared first = new Shared("w", HostTensor.scalar(DType.F32, 1));
    Shared second = new Shared("w", HostTensor.scalar(DType.F32, 2));
    List<Variable> outputs = new ArrayList<>(inputs);
    outputs.add(second);
    outputs.add(first);
    String text = IrPrinter.print("my graph", new Graph(inputs, outputs));
    assertEquals(
        """
        graph @"my graph"(%x: f32, %x_1: f32, %x_1_1: f32, %x_2: f32, %a.b.0: f32, %"a b": f32, \
        %"0": f32, %"": f32, %"é\\"\\\\\\n\\u0000\\uD83D\\uDE00": f32) \
        -> f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32 {
          shared @w : f32
          shared @w_1 : f32
          return %x, %x_1, %x_1_1, %x_2, %a.b.0, %"a b", %"0", %"", \
        %"é\\"\\\\\\n\\u0000\\uD83D\\uDE00", @w, @w_1
        }
        """,
        text);
    assertRoundTrip(text);
    assertEquals(
        List.of("x", "x_1", "x_1_1", "x_2", "a.b.0", "a b", "0", "", "é\"\\\n\u0000😀"),
        IrParser.parse(text).graph().inputs().stream().map(Input::name).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "f32 | 2.0",
        "f32 | -0.0",
        "f32 | nan",
        "f32 | -inf",
        "f32 | 1.4E-45",
        "f32 | 3.4028235E38",
        "f64 | 4.9E-324",
        "f64 | 0.1",
        "i64 | -9223372036854775808",
        "i32 | -2147483648",
        "bool | true",
        "bool[3] | [true, false, true]",
        "f32[2,2] | [[1.0, nan], [inf, -0.0]]",
        "i64[0] | []",
        "f32[2,0] | [[], []]",
        "f32[0,2] | []",
        "f64[1,1,1] | [[[0.3333333333333333]]]"
      })
  void constantsRoundTrip(String type, String value) {
    assertRoundTrip(
        """
        graph @main() -> TYPE {
          %0 = constant {value=VALUE} : TYPE
          return %0
        }
        """
            .replace("TYPE", type)
            .replace("VALUE", value));
  }

  /// Any bits that are not NaN come back.
  @Test
  void constantsKeepEveryBit() {
    long seed = 20250101;
    Random random = new Random(seed);
    float[] floats = new float[20_000];
    double[] doubles = new double[20_000];
    long[] longs = new long[20_000];
    for (int i = 0; i < floats.length; i++) {
      float f = Float.intBitsToFloat(random.nextInt());
      double d = Double.longBitsToDouble(random.nextLong());
      floats[i] = Float.isNaN(f) ? 0 : f;
      doubles[i] = Double.isNaN(d) ? 0 : d;
      longs[i] = random.nextLong() >> random.nextInt(64);
    }
    for (HostTensor value :
        List.of(HostTensor.of(floats, 200, 100), HostTensor.of(doubles), HostTensor.of(longs))) {
      String text = IrPrinter.print(new Graph(List.of(), List.of(new Constant(value))));
      Constant back = (Constant) IrParser.parse(text).graph().outputs().getFirst();
      assertTrue(back.value().sameAs(value), "seed " + seed + ", " + value.dtype());
    }
  }

  @Test
  void sharedVariablesAreZerosOrGiven() {
    String text =
        """
        graph @main() -> f32[2], i64 {
          shared @"my w" : f32[2]
          shared @n : i64
          return @"my w", @n
        }
        """;
    Graph fresh = IrParser.parse(text).graph();
    assertEquals("f32[2] [0.0, 0.0]", ((Shared) fresh.outputs().getFirst()).get().toString());
    Shared given = new Shared("my w", HostTensor.of(new float[] {1, 2}));
    Graph graph = IrParser.parse(text, ParseOptions.NONE.withShared(List.of(given))).graph();
    assertSame(given, graph.outputs().getFirst());
    assertEquals("n", ((Shared) graph.outputs().get(1)).name());
    assertEquals(text, IrPrinter.print(graph));
  }

  @Test
  void sitesArePrintedOnRequestAndSkippedInParsing() {
    Input x = new Input("x", TensorType.scalar(DType.F32));
    Site site = new Site("Model", "loss", "Model.java", 41);
    Apply exp = Apply.of(new Unary(UnaryFn.EXP), List.of(x), site);
    Apply neg = Apply.of(new Unary(UnaryFn.NEG), List.of(exp.result()), Site.UNKNOWN);
    Graph graph = new Graph(List.of(x), List.of(neg.result()));
    String text = IrPrinter.printWithSites("main", graph);
    assertEquals(
        """
        graph @main(%x: f32) -> f32 {
          %0 = exp(%x) : f32  // Model.java:41
          %1 = neg(%0) : f32
          return %1
        }
        """,
        text);
    assertEquals(IrPrinter.print(graph), normal(text));
  }

  @Test
  void parsedNodesPointToTheText() {
    Graph graph =
        IrParser.parse(
                "graph @main(%x: f32) -> f32 {\n  %0 = exp(%x) : f32\n  return %0\n}\n",
                ParseOptions.NONE.withSource("exp.ir"))
            .graph();
    assertEquals("exp.ir:2", graph.applies().getFirst().site().toString());
  }

  /// An op of a user's.
  record Scaled(
      float factor,
      double offset,
      boolean loud,
      String label,
      List<Integer> axes,
      Dim n,
      TensorType like,
      DType to,
      UnaryFn then,
      int batch)
      implements CustomOp {
    @Override
    public String mnemonic() {
      return "scaled";
    }

    @Override
    public Graph decomposition(List<TensorType> operands) {
      Input x = new Input("x", operands.getFirst());
      return new Graph(List.of(x), List.of(Apply.of(new Unary(then), List.of(x)).result()));
    }
  }

  @Test
  void customOpsRoundTripWhereTheirClassIsGiven() {
    Input x = new Input("x", TensorType.of(DType.F32, Dim.symbol("T")));
    Scaled op =
        new Scaled(
            0.1f,
            -0.0,
            true,
            "a \"b\"",
            List.of(1, -2),
            Dim.symbol("T").plus(1),
            TensorType.of(DType.I64, 2),
            DType.BOOL,
            UnaryFn.EXP,
            3);
    Variable result = Apply.of(op, List.of(x)).result();
    String text = IrPrinter.print(new Graph(List.of(x), List.of(result)));
    assertEquals(
        """
        graph @main(%x: f32[T]) -> f32[T] {
          %0 = Scaled(%x) {factor=0.1, offset=-0.0, loud=true, label="a \\"b\\"", axes=[1, -2], n=T+1, \
        like=i64[2], to=bool, then=exp, batch=3} : f32[T]
          return %0
        }
        """,
        text);
    Graph parsed = IrParser.parse(text, ParseOptions.NONE.withCustomOp(Scaled.class)).graph();
    assertEquals(op, parsed.applies().getFirst().op());
    assertEquals(text, IrPrinter.print(parsed));
  }

  @Test
  void aGraphThatIsNotClosedIsPrintedForMessages() {
    Input x = new Input("x", TensorType.scalar(DType.F32));
    Input free = new Input("x", TensorType.scalar(DType.F32));
    Apply add = Apply.of(new Binary(BinaryFn.ADD), List.of(x, free), Site.UNKNOWN);
    assertEquals(
        """
        graph @main(%x: f32) -> f32 {
          %0 = add(%x, %x_1) : f32
          return %0
        }
        """,
        IrPrinter.print(new Graph(List.of(x), List.of(add.result()))));
  }

  /// The time limit is far above what a linear walk takes and far below what a quadratic one does.
  @Test
  void aChainOfManyNodesRoundTrips() {
    Input x = new Input("x", TensorType.of(DType.F32, Dim.symbol("B"), Dim.of(128)));
    Variable last = x;
    for (int i = 0; i < 100_000; i++) {
      last = Apply.of(new Binary(BinaryFn.ADD), List.of(last, x), Site.UNKNOWN).result();
    }
    Graph graph = new Graph(List.of(x), List.of(last));
    Assertions.assertTimeout(
        Duration.ofMinutes(2), () -> assertRoundTrip(IrPrinter.print("chain", graph)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"f32", "bool[0]", "i64[T]", "f64[B,2*T+1,(T+1)/2]", "i32[B*T-1]"})
  void typesRoundTrip(String text) {
    assertEquals(text, IrParser.parseType(text).toString());
  }

  @ParameterizedTest
  @CsvSource({
    "T+1, T+1",
    "1+T, T+1",
    "'2*(T + 1) - T', T+2",
    "(T*B)/B, T",
    "-T, -T",
    "T-9223372036854775808, T-9223372036854775808",
    "-7/2, -4",
    "5-7/2, 2",
    "-(T+1)/2, (-T-1)/2",
    "0-(T+1)/2, -((T+1)/2)",
    "2*(T/2), 2*(T/2)",
    "T/(-2), T/(-2)",
    "scan, scan",
    "(T/2)/2, (T/2)/2"
  })
  void dimsAreParsed(String text, String normal) {
    assertEquals(normal, IrParser.parseDim(text).toString());
    assertEquals(IrParser.parseDim(text), IrParser.parseDim(normal));
  }
}
