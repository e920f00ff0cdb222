package arignote.tests.ops;

import arignote.ir.TensorType;
import arignote.ir.op.Dot;
import arignote.ir.op.Gemm;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/// The rows of products of matrices and vectors.
final class DotRows {
  private static final List<Double> EDGES = List.of(0.0, 1.0, Double.NaN, Double.POSITIVE_INFINITY);

  private DotRows() {}

  static List<OpRow> rows() {
    return List.of(
        new OpRow("dot", Shapes.FLOATS, true, DotRows::examples),
        new OpRow("gemm", Shapes.FLOATS, true, DotRows::sums));
  }

  private static final long[][] SIZES = {
    {1, 1, 1},
    {2, 3, 4},
    {8, 16, 8},
    {16, 33, 7},
    {17, 8, 31},
    {8, 128, 64},
    {65, 130, 70},
    {1, 40, 9},
    {9, 40, 1},
    {0, 3, 2},
    {2, 0, 3},
    {2, 3, 0},
    {0, 0, 0}
  };

  private static List<Example> examples(DType dtype, Sizes sizes) {
    List<Example> examples = new ArrayList<>();
    for (long[] mkn : SIZES) {
      examples.add(product(dtype, sizes, 0, dims(mkn[0], mkn[1]), dims(mkn[1], mkn[2])).plain());
    }
    examples.add(product(dtype, sizes, 0, dims(5, 7), dims(7, 3)));
    examples.add(product(dtype, sizes, 0, dims(5, 7), dims(7)));
    examples.add(product(dtype, sizes, 0, dims(7), dims(7, 3)));
    examples.add(product(dtype, sizes, 0, dims(7), dims(7)));
    examples.add(product(dtype, sizes, 0, dims(0), dims(0)).plain());
    examples.add(product(dtype, sizes, 0, dims(33), dims(33)).plain());
    examples.add(product(dtype, sizes, 0, dims(40, 33), dims(33)).plain());
    examples.add(product(dtype, sizes, 0, dims(3, 0), dims(0)).plain());
    examples.add(product(dtype, sizes, 1, dims(3, 4, 5), dims(3, 5, 2)));
    examples.add(product(dtype, sizes, 1, dims(3, 4, 5), dims(3, 5)));
    examples.add(product(dtype, sizes, 1, dims(3, 5), dims(3, 5, 2)));
    examples.add(product(dtype, sizes, 1, dims(3, 5), dims(3, 5)));
    examples.add(product(dtype, sizes, 2, dims(2, 3, 4, 5), dims(2, 3, 5, 6)));
    examples.add(product(dtype, sizes, 1, dims(0, 4, 5), dims(0, 5, 2)).plain());
    examples.add(product(dtype, sizes, 1, dims(9, 17, 33), dims(9, 33, 16)).plain());
    return examples;
  }

  private static List<Example> sums(DType dtype, Sizes sizes) {
    List<Example> examples = new ArrayList<>();
    for (long[] mkn : SIZES) {
      examples.add(sum(dtype, sizes, mkn, 1, 1).plain());
      examples.add(sum(dtype, sizes, mkn, -0.5, 2).plain());
    }
    examples.add(sum(dtype, sizes, dims(5, 7, 3), 1, 1));
    examples.add(sum(dtype, sizes, dims(5, 7, 3), 0.1, -1));
    return examples;
  }

  private static Example sum(DType dtype, Sizes sizes, long[] mkn, double alpha, double beta) {
    Domain domain = Domain.of(-1, 1).withSpecials(EDGES);
    return Example.of(
        new Gemm(alpha, beta),
        Tolerance.ofSum(dtype, mkn[1] + 2, 2),
        new Operand(sizes.type(dtype, dims(mkn[0], mkn[1])), domain),
        new Operand(sizes.type(dtype, dims(mkn[1], mkn[2])), domain),
        new Operand(sizes.type(dtype, dims(mkn[0], mkn[2])), domain));
  }

  private static long[] dims(long... lengths) {
    return lengths;
  }

  private static Example product(DType dtype, Sizes sizes, int batch, long[] x, long[] y) {
    TensorType left = sizes.type(dtype, x);
    TensorType right = sizes.type(dtype, y);
    Domain domain = Domain.of(-1, 1).withSpecials(EDGES);
    return Example.of(
        new Dot(batch),
        Tolerance.ofSum(dtype, x[x.length - 1], 1),
        new Operand(left, domain),
        new Operand(right, domain));
  }
}
