package arignote.tests.ops;

import arignote.ir.Apply;
import arignote.ir.Bindings;
import arignote.ir.Dim;
import arignote.ir.EvaluationException;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Site;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.ArgReduce;
import arignote.ir.op.ArgReduceFn;
import arignote.ir.op.Gather;
import arignote.ir.op.Op;
import arignote.ir.op.Pad;
import arignote.ir.op.Reduce;
import arignote.ir.op.ReduceFn;
import arignote.ir.op.Reshape;
import arignote.ir.op.Scan;
import arignote.ir.op.Scatter;
import arignote.ir.op.ScatterFn;
import arignote.ir.op.Slice;
import arignote.reference.Interpreter;
import arignote.runtime.Backend;
import arignote.runtime.Program;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A graph that is well typed and inputs for which an op of it has no result. Every backend has to
/// refuse it as the reference does: an [EvaluationException] that names the op and the source line.
///
/// @param mnemonic the op that has no result
public record FailureCase(String name, String mnemonic, Graph graph, List<HostTensor> inputs) {
  private static final Dim T = Dim.symbol("T");
  private static final Dim B = Dim.symbol("B");
  private static final Site SITE = new Site("Model", "step", "Model.java", 41);

  /// The cases, one at least for each reason.
  public static List<FailureCase> all() {
    TensorType matrix = TensorType.of(DType.F32, T, B);
    TensorType indices = TensorType.of(DType.I64, 2);
    HostTensor values = HostTensor.zeros(DType.F32, 4, 2);
    HostTensor none = HostTensor.zeros(DType.F32, 4, 0);
    HostTensor above = HostTensor.of(new long[] {0, 4}, 2);
    HostTensor below = HostTensor.of(new long[] {-1, 0}, 2);
    HostTensor far = HostTensor.of(new long[] {0, Long.MAX_VALUE}, 2);
    TensorType rows = TensorType.of(DType.F32, Dim.of(2), B);
    HostTensor updates = HostTensor.zeros(DType.F32, 2, 2);
    List<FailureCase> cases = new ArrayList<>();
    List<TensorType> gathered = List.of(matrix, indices);
    Gather gather = new Gather(0, 0);
    cases.add(of("gather above", gather, gathered, values, above));
    cases.add(of("gather below", gather, gathered, values, below));
    cases.add(of("gather far away", gather, gathered, values, far));
    cases.add(
        of(
            "gather from nothing",
            new Gather(1, 0),
            gathered,
            none,
            HostTensor.of(new long[] {0, 0}, 2)));
    for (ScatterFn fn : ScatterFn.values()) {
      Scatter scatter = new Scatter(fn, 0, 0);
      List<TensorType> types = List.of(matrix, indices, rows);
      cases.add(of(fn.mnemonic() + " above", scatter, types, values, above, updates));
      cases.add(of(fn.mnemonic() + " below", scatter, types, values, below, updates));
    }
    List<TensorType> one = List.of(matrix);
    cases.add(of("max of nothing", new Reduce(ReduceFn.MAX, List.of(1)), one, none));
    cases.add(of("min of nothing", new Reduce(ReduceFn.MIN, List.of(0, 1)), one, none));
    for (ArgReduceFn fn : ArgReduceFn.values()) {
      cases.add(of(fn.mnemonic() + " of nothing", new ArgReduce(fn, 1), one, none));
    }
    cases.add(of("reshape", new Reshape(List.of(Dim.of(6))), one, values));
    Slice behind = new Slice(0, Dim.of(0), Dim.of(5), 1);
    cases.add(of("slice behind the end", behind, one, values));
    Slice before = new Slice(0, B.minus(3), Dim.of(2), 1);
    cases.add(of("slice before the start", before, one, values));
    Slice backwards = new Slice(0, B.minus(1), Dim.of(3), -1);
    cases.add(of("slice backwards over the start", backwards, one, values));
    Slice negative = new Slice(1, Dim.of(0), B.minus(3), 1);
    cases.add(of("slice of negative size", negative, one, values));
    cases.add(of("pad too short", new Pad(0, B, T.plus(1), 1), one, values));
    cases.add(of("scan of negative steps", counting(B.minus(3)), one, values));
    return cases;
  }

  /// A scan without sequences.
  private static Op counting(Dim steps) {
    Input s = new Input("s", TensorType.of(DType.F32, T, B));
    return new Scan(new Graph(List.of(s), List.of(s)), 0, 1, steps, false);
  }

  private static FailureCase of(String name, Op op, List<TensorType> types, HostTensor... values) {
    List<Input> inputs = new ArrayList<>();
    types.forEach(type -> inputs.add(new Input("x" + inputs.size(), type)));
    Apply apply = Apply.of(op, inputs, SITE);
    return new FailureCase(
        name,
        op.mnemonic(),
        new Graph(inputs, List.<Variable>copyOf(apply.results())),
        Arrays.asList(values));
  }

  /// What [#outcome] must be.
  public String expected() {
    return "EvaluationException: " + mnemonic + ": ... (Model.java:41)";
  }

  /// What a backend does with the case, in one line.
  public String outcome(Backend backend) {
    Bindings bindings = Interpreter.bind(graph, inputs);
    try {
      List<HostTensor> results =
          backend
              .compile(
                  new Program("case", graph, List.of()), BackendComparison.options(backend.name()))
              .call(inputs, bindings);
      return "results " + results;
    } catch (EvaluationException e) {
      boolean named =
          e.getMessage().startsWith(mnemonic + ": ") && e.getMessage().endsWith(" (Model.java:41)");
      return named ? expected() : "EvaluationException: " + e.getMessage();
    } catch (IndexOutOfBoundsException | IllegalArgumentException | ArithmeticException e) {
      return e.toString();
    }
  }
}
