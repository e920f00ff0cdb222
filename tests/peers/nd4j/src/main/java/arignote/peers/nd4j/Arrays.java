package arignote.peers.nd4j;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/// ND4J's arrays from Java's.
final class Arrays {
  private Arrays() {}

  static INDArray of(float[] values, long... shape) {
    return Nd4j.create(values, shape, DataType.FLOAT);
  }

  static INDArray of(long[] values, long... shape) {
    return Nd4j.create(values, shape, DataType.INT32);
  }

  /// The elements, row by row.
  static float[] elements(INDArray array) {
    return array.dup('c').reshape(array.length()).toFloatVector();
  }
}
