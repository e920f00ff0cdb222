package arignote.reference;

import arignote.ir.op.Dot;
import arignote.ir.op.Gemm;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;

/// Products of matrices and vectors.
final class Dots {
  private Dots() {}

  static HostTensor dot(Dot op, Call call) {
    HostTensor result = call.newResult();
    double[] products = products(call.operand(0), call.operand(1), op.batch());
    for (int i = 0; i < products.length; i++) {
      result.setDouble(i, products[i]);
    }
    return result;
  }

  static HostTensor gemm(Gemm op, Call call) {
    HostTensor z = call.operand(2);
    HostTensor result = call.newResult();
    double alpha = HostTensor.scalar(z.dtype(), op.alpha()).item();
    double beta = HostTensor.scalar(z.dtype(), op.beta()).item();
    double[] products = products(call.operand(0), call.operand(1), 0);
    for (int i = 0; i < products.length; i++) {
      result.setDouble(i, alpha * products[i] + beta * z.getDouble(i));
    }
    return result;
  }

  /// Not rounded to the dtype yet. A vector on the left is a matrix of one row, on the right of one
  /// column.
  private static double[] products(HostTensor x, HostTensor y, int batchAxes) {
    int batches = Math.toIntExact(Elements.product(x.shape(), 0, batchAxes));
    int rows = x.rank() == batchAxes + 1 ? 1 : Math.toIntExact(x.dim(batchAxes));
    int terms = Math.toIntExact(x.dim(x.rank() - 1));
    int columns = y.rank() == batchAxes + 1 ? 1 : Math.toIntExact(y.dim(batchAxes + 1));
    double[] left = x.toDoubleArray();
    double[] right = columnsOf(y.toDoubleArray(), batches, terms, columns);
    boolean exactProducts = x.dtype() == DType.F32;
    double[] products = new double[batches * rows * columns];
    int position = 0;
    for (int batch = 0; batch < batches; batch++) {
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          int leftStart = (batch * rows + row) * terms;
          int rightStart = (batch * columns + column) * terms;
          products[position++] =
              exactProducts
                  ? plain(left, leftStart, right, rightStart, terms)
                  : compensated(left, leftStart, right, rightStart, terms);
        }
      }
    }
    return products;
  }

  /// The last two axes exchanged, so that a column lies in one piece.
  private static double[] columnsOf(double[] matrices, int batches, int terms, int columns) {
    double[] transposed = new double[matrices.length];
    for (int batch = 0; batch < batches; batch++) {
      int start = batch * terms * columns;
      for (int term = 0; term < terms; term++) {
        for (int column = 0; column < columns; column++) {
          transposed[start + column * terms + term] = matrices[start + term * columns + column];
        }
      }
    }
    return transposed;
  }

  private static double plain(double[] x, int xStart, double[] y, int yStart, int terms) {
    double sum = 0;
    for (int term = 0; term < terms; term++) {
      sum += x[xStart + term] * y[yStart + term];
    }
    return sum;
  }

  private static double compensated(double[] x, int xStart, double[] y, int yStart, int terms) {
    CompensatedSum sum = new CompensatedSum();
    for (int term = 0; term < terms; term++) {
      sum.addProduct(x[xStart + term], y[yStart + term]);
    }
    return sum.value();
  }
}
