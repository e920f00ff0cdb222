package arignote.backend.cpu;

import static arignote.backend.cpu.Compiled.random;

import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Dot;
import arignote.ir.op.Gemm;
import arignote.ir.op.Op;
import arignote.ir.op.Slice;
import arignote.ir.op.Transpose;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Products of operands in every layout, against plain loops.
class ProductsTest {
  private static final long SEED = 5;

  /// A way to get a tensor of some shape out of another that lies differently in memory.
  private enum Form {
    DENSE,
    TRANSPOSED,
    WINDOW,
    EVERY_OTHER,
    REVERSED,
    REPEATED;

    Variable apply(List<Input> inputs, DType dtype, long[] shape) {
      int rank = shape.length;
      int last = rank - 1;
      return switch (this) {
        case DENSE -> input(inputs, dtype, shape);
        case TRANSPOSED -> {
          if (rank < 2) {
            yield input(inputs, dtype, shape);
          }
          long[] swapped = shape.clone();
          swapped[last] = shape[last - 1];
          swapped[last - 1] = shape[last];
          List<Integer> order = new ArrayList<>();
          for (int axis = 0; axis < rank; axis++) {
            order.add(axis);
          }
          order.set(last, last - 1);
          order.set(last - 1, last);
          yield result(new Transpose(order), input(inputs, dtype, swapped));
        }
        case WINDOW -> sliced(inputs, dtype, shape, shape[last] + 3, 2, 1);
        case EVERY_OTHER -> sliced(inputs, dtype, shape, shape[last] * 2 + 1, 1, 2);
        case REVERSED -> sliced(inputs, dtype, shape, shape[last] + 1, shape[last], -1);
        case REPEATED -> {
          long[] one = shape.clone();
          one[0] = 1;
          List<Dim> dims = new ArrayList<>();
          for (long length : shape) {
            dims.add(Dim.of(length));
          }
          yield result(new Broadcast(dims), input(inputs, dtype, one));
        }
      };
    }

    private static Variable sliced(
        List<Input> inputs, DType dtype, long[] shape, long length, long start, long step) {
      int last = shape.length - 1;
      long[] whole = shape.clone();
      whole[last] = length;
      return result(
          new Slice(last, Dim.of(start), Dim.of(shape[last]), step), input(inputs, dtype, whole));
    }

    private static Input input(List<Input> inputs, DType dtype, long... shape) {
      Input input = new Input("x" + inputs.size(), TensorType.of(dtype, shape));
      inputs.add(input);
      return input;
    }
  }

  private static Variable result(Op op, Variable... operands) {
    return Apply.of(op, List.of(operands)).result();
  }

  @Test
  void allLayoutsOfMatricesAndVectors() {
    long[][][] shapes = {
      {{5, 3}, {3, 4}},
      {{1, 3}, {3, 4}},
      {{5, 3}, {3, 1}},
      {{5, 1}, {1, 4}},
      {{1, 1}, {1, 1}},
      {{5, 3}, {3}},
      {{3}, {3, 4}},
      {{3}, {3}},
      {{1}, {1}},
      {{5, 0}, {0, 4}},
      {{0, 3}, {3, 4}},
      {{33, 65}, {65, 17}},
      // Several blocks of terms, panels of which the last is narrow; rows that lie far apart.
      {{9, 300}, {300, 83}},
      {{70, 40}, {40, 600}},
      // Narrow, and too much for plain loops.
      {{129, 300}, {300, 3}}
    };
    for (long[][] shape : shapes) {
      check(0, shape[0], shape[1]);
    }
  }

  @Test
  void batches() {
    check(1, new long[] {2, 5, 3}, new long[] {2, 3, 4});
    check(1, new long[] {2, 5, 3}, new long[] {2, 3});
    check(1, new long[] {2, 3}, new long[] {2, 3});
    check(1, new long[] {2, 129, 100}, new long[] {2, 100, 3});
    check(2, new long[] {2, 3, 4, 5}, new long[] {2, 3, 5, 2});
    check(1, new long[] {0, 5, 3}, new long[] {0, 3, 4});
  }

  private static void check(int batch, long[] x, long[] y) {
    Random random = new Random(SEED);
    for (DType dtype : List.of(DType.F32, DType.F64)) {
      for (Form left : Form.values()) {
        for (Form right : Form.values()) {
          List<Input> inputs = new ArrayList<>();
          Variable a = left.apply(inputs, dtype, x);
          Variable b = right.apply(inputs, dtype, y);
          Variable dot = result(new Dot(batch), a, b);
          Input other = new Input("other", dot.type());
          inputs.add(other);
          List<Variable> outputs = new ArrayList<>(List.of(dot));
          if (batch == 0 && x.length == 2 && y.length == 2) {
            outputs.add(result(new Gemm(1, 1), a, b, other));
            outputs.add(result(new Gemm(-0.5, 2), a, b, other));
          }
          List<HostTensor> values = new ArrayList<>();
          for (Input input : inputs) {
            long[] shape =
                input.type().shape().stream()
                    .mapToLong(dim -> dim.constant().getAsLong())
                    .toArray();
            values.add(random(random, dtype, shape));
          }
          Compiled.of(new Graph(inputs, outputs))
              .assertAgrees(dtype == DType.F32 ? 1e-4 : 1e-12, values.toArray(HostTensor[]::new));
        }
      }
    }
  }

  @Test
  void largeProductsAreDividedAmongThreads() {
    Random random = new Random(SEED);
    for (long[] sizes : new long[][] {{40, 700, 200}, {700, 40, 200}, {33, 1000, 130}}) {
      Input x = new Input("x", TensorType.of(DType.F32, sizes[0], sizes[2]));
      Input y = new Input("y", TensorType.of(DType.F32, sizes[1], sizes[2]));
      Input z = new Input("z", TensorType.of(DType.F32, sizes[0], sizes[1]));
      Variable sum = result(new Gemm(2, 3), x, result(new Transpose(List.of(1, 0)), y), z);
      Graph graph = new Graph(List.of(x, y, z), List.of(sum));
      for (int threads = 1; threads <= 3; threads++) {
        Compiled.of(graph, List.of(), threads)
            .assertAgrees(
                1e-4,
                random(random, DType.F32, sizes[0], sizes[2]),
                random(random, DType.F32, sizes[1], sizes[2]),
                random(random, DType.F32, sizes[0], sizes[1]));
      }
    }
  }

  /// The places where a sum of products can lie: over its addend, which a kernel or another product
  /// has written to where the result belongs; elsewhere, if the addend is needed again, is a factor
  /// too, or does not lie row by row.
  @Test
  void productsThatAreAddedUp() {
    Random random = new Random(SEED);
    Compiled.parse(
            """
            graph @sums(%x: f32[3,3], %y: f32[3,3], %z: f32[3,3], %b: f32[3])
                -> f32[3,3], f32[3,3], f32[3,3], f32[3,3], f32[3,3], f32[3,3] {
              %0 = exp(%z) : f32[3,3]
              %1 = gemm(%x, %y, %0) {alpha=2.0} : f32[3,3]
              %2 = gemm(%y, %x, %1) {beta=-1.0} : f32[3,3]
              %3 = tanh(%z) : f32[3,3]
              %4 = gemm(%x, %y, %3) : f32[3,3]
              %5 = neg(%4) : f32[3,3]
              %6 = neg(%3) : f32[3,3]
              %7 = gemm(%3, %6, %6) : f32[3,3]
              %8 = broadcast(%b) : f32[3,3]
              %9 = gemm(%x, %y, %8) : f32[3,3]
              %10 = transpose(%z) {permutation=[1, 0]} : f32[3,3]
              %11 = gemm(%x, %z, %10) {alpha=-1.0, beta=0.5} : f32[3,3]
              %12 = neg(%11) : f32[3,3]
              %13 = gemm(%x, %x, %x) : f32[3,3]
              return %2, %5, %7, %9, %12, %13
            }
            """)
        .assertAgrees(
            1e-5,
            random(random, DType.F32, 3, 3),
            random(random, DType.F32, 3, 3),
            random(random, DType.F32, 3, 3),
            random(random, DType.F32, 3));
  }
}
