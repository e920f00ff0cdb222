package arignote.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.ArgReduce;
import arignote.ir.op.ArgReduceFn;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Cast;
import arignote.ir.op.Compare;
import arignote.ir.op.CompareFn;
import arignote.ir.op.Concat;
import arignote.ir.op.Cumulate;
import arignote.ir.op.CumulateFn;
import arignote.ir.op.Dot;
import arignote.ir.op.Gather;
import arignote.ir.op.Gemm;
import arignote.ir.op.Iota;
import arignote.ir.op.Op;
import arignote.ir.op.Pad;
import arignote.ir.op.Reduce;
import arignote.ir.op.ReduceFn;
import arignote.ir.op.Reshape;
import arignote.ir.op.Scatter;
import arignote.ir.op.ScatterFn;
import arignote.ir.op.Select;
import arignote.ir.op.Slice;
import arignote.ir.op.Transpose;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import arignote.ir.text.IrPrinter;
import arignote.reference.Interpreter;
import arignote.rewrite.passes.FuseElementwise;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Random graphs of ops that are exact on small integers, so that backend and reference agree to
/// the bit: views of views, results that overwrite operands, buffers that follow each other.
class RandomGraphsTest {
  private static final int SIDE = 6;
  private static final TensorType SQUARE = TensorType.of(DType.F32, SIDE, SIDE);
  private static final Dim LENGTH = Dim.of(SIDE);

  private final Random random;

  RandomGraphsTest() {
    random = new Random(20_24);
  }

  private int pick(int bound) {
    return random.nextInt(bound);
  }

  private static Variable apply(Op op, Variable... operands) {
    return Apply.of(op, List.of(operands)).result();
  }

  /// Small whole numbers again.
  private static Variable small(Variable x) {
    return apply(new Unary(UnaryFn.SIGN), x);
  }

  private Variable next(List<Variable> values) {
    Variable x = values.get(pick(values.size()));
    Variable y = values.get(pick(values.size()));
    return switch (pick(18)) {
      case 0 -> small(apply(new Dot(0), x, y));
      case 1 -> {
        Variable z = values.get(pick(values.size()));
        yield small(apply(new Gemm(pick(2) == 0 ? 1 : -1, pick(2) == 0 ? 1 : 2), x, y, z));
      }
      case 2 -> apply(new Transpose(List.of(1, 0)), x);
      case 3 -> apply(new Slice(pick(2), LENGTH.minus(1), LENGTH, -1), x);
      case 4 ->
          apply(
              new Pad(0, Dim.of(1), LENGTH, 2),
              apply(new Slice(0, Dim.of(pick(3)), Dim.of(3), 1), x));
      case 5 ->
          apply(
              new Concat(1),
              apply(new Slice(1, Dim.of(0), Dim.of(2), 1), x),
              apply(new Slice(1, Dim.of(1), Dim.of(4), 1), y));
      case 6 ->
          small(
              apply(
                  new Broadcast(List.of(LENGTH, LENGTH)),
                  apply(new Reduce(ReduceFn.SUM, List.of(pick(2))), x)));
      case 7 ->
          apply(
              new Broadcast(List.of(LENGTH, LENGTH)),
              apply(
                  new Reshape(List.of(LENGTH, Dim.of(1))),
                  apply(new Reduce(ReduceFn.MAX, List.of(1)), x)));
      case 8 -> apply(new Gather(pick(2), 0), x, apply(new ArgReduce(ArgReduceFn.ARGMAX, 0), y));
      case 9 ->
          small(
              apply(
                  new Scatter(ScatterFn.ADD, 0, 0),
                  x,
                  apply(new ArgReduce(ArgReduceFn.ARGMIN, 1), y),
                  y));
      case 10 -> apply(new Select(), apply(new Compare(CompareFn.LT), x, y), y, x);
      case 11 ->
          apply(
              new Reshape(List.of(LENGTH, LENGTH)),
              apply(
                  new Transpose(List.of(2, 0, 1)),
                  apply(new Reshape(List.of(Dim.of(2), Dim.of(3), LENGTH)), x)));
      case 12 ->
          small(
              apply(
                  new Binary(BinaryFn.SUB),
                  x,
                  apply(
                      new Cast(DType.F32), apply(new Iota(pick(2), SQUARE.withDtype(DType.I64))))));
      case 13 ->
          small(
              apply(
                  new Cumulate(
                      CumulateFn.values()[pick(CumulateFn.values().length)], pick(2), pick(2) == 0),
                  x));
      default ->
          apply(
              new Binary(pick(2) == 0 ? BinaryFn.MINIMUM : BinaryFn.MAXIMUM),
              x,
              apply(new Unary(UnaryFn.NEG), y));
    };
  }

  private Graph graph() {
    List<Input> inputs = List.of(new Input("x", SQUARE), new Input("y", SQUARE));
    List<Variable> values = new ArrayList<>(inputs);
    for (int i = 0; i < 40; i++) {
      values.add(next(values));
    }
    List<Variable> outputs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      outputs.add(values.get(values.size() - 1 - pick(15)));
    }
    return new Graph(inputs, outputs);
  }

  @Test
  void backendAndReferenceAgree() {
    for (int round = 0; round < 120; round++) {
      Graph graph = graph();
      List<HostTensor> inputs = List.of(numbers(), numbers());
      List<HostTensor> expected = Interpreter.evaluate(graph, inputs);
      for (Graph variant : List.of(graph, new FuseElementwise().apply(graph))) {
        Compiled compiled = Compiled.of(variant);
        for (int call = 0; call < 2; call++) {
          List<HostTensor> found = compiled.call(inputs);
          for (int i = 0; i < expected.size(); i++) {
            String what = "seed 2024, round " + round + ", result " + i + ":\n";
            assertEquals(
                expected.get(i).elementsToString().replace("-0.0", "0.0"),
                found.get(i).elementsToString().replace("-0.0", "0.0"),
                () -> what + IrPrinter.print(variant));
          }
        }
      }
    }
  }

  private HostTensor numbers() {
    HostTensor tensor = HostTensor.zeros(DType.F32, SIDE, SIDE);
    for (int i = 0; i < tensor.size(); i++) {
      tensor.setDouble(i, pick(3) - 1);
    }
    return tensor;
  }
}
