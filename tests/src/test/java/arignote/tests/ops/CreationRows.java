package arignote.tests.ops;

import arignote.ir.op.DimSize;
import arignote.ir.op.Fill;
import arignote.ir.op.Iota;
import arignote.ir.op.Op;
import arignote.ir.op.Random;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/// The rows of the ops that make tensors without taking any, and of random numbers.
final class CreationRows {
  private CreationRows() {}

  static List<OpRow> rows() {
    return List.of(
        new OpRow("fill", Shapes.ALL, false, CreationRows::fills),
        new OpRow("iota", Shapes.NUMERIC, false, CreationRows::iotas),
        new OpRow("dim_size", List.of(DType.I64), false, (_, sizes) -> dimSizes(sizes)),
        new OpRow("random", Shapes.FLOATS, false, CreationRows::randoms));
  }

  private static Example exactly(Op op) {
    return Example.of(op, Tolerance.EXACT);
  }

  private static List<Example> fills(DType dtype, Sizes sizes) {
    List<Double> values = new ArrayList<>(List.of(0.0, 1.0));
    if (dtype.isNumeric()) {
      values.add(-7.0);
    }
    if (dtype.isFloat()) {
      values.addAll(List.of(-0.0, 0.1, Double.NaN, Double.POSITIVE_INFINITY));
    }
    List<Example> examples = new ArrayList<>();
    for (double value : values) {
      examples.add(exactly(new Fill(value, sizes.type(dtype, 5, 7))));
      examples.add(exactly(new Fill(value, sizes.type(dtype))));
      examples.add(exactly(new Fill(value, sizes.type(dtype, 33))));
      examples.add(exactly(new Fill(value, sizes.type(dtype, 0, 3))));
    }
    return examples;
  }

  private static List<Example> iotas(DType dtype, Sizes sizes) {
    return List.of(
        exactly(new Iota(0, sizes.type(dtype, 17))),
        exactly(new Iota(0, sizes.type(dtype, 5, 7))),
        exactly(new Iota(1, sizes.type(dtype, 5, 7))),
        exactly(new Iota(1, sizes.type(dtype, 2, 3, 5))),
        exactly(new Iota(0, sizes.type(dtype, 0))),
        exactly(new Iota(1, sizes.type(dtype, 0, 3))));
  }

  private static List<Example> dimSizes(Sizes sizes) {
    return List.of(
        exactly(new DimSize(sizes.dim(7))),
        exactly(new DimSize(sizes.dim(0))),
        exactly(new DimSize(sizes.dim(7).times(sizes.dim(5)).minus(3))),
        exactly(new DimSize(sizes.dim(7).floorDiv(sizes.dim(2)))));
  }

  private static List<Example> randoms(DType dtype, Sizes sizes) {
    Operand word =
        new Operand(sizes.type(DType.I64), Domain.wholeNumbers(-0x1p62, 0x1p62).withEdges());
    List<Example> examples = new ArrayList<>();
    for (long[] shape :
        new long[][] {{}, {1}, {3}, {4}, {5}, {17}, {5, 7}, {2, 3, 5}, {0}, {64}, {1000}}) {
      examples.add(Example.of(new Random(sizes.type(dtype, shape)), Tolerance.EXACT, word, word));
    }
    return examples;
  }
}
