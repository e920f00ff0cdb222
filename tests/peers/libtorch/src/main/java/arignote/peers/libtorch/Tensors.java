package arignote.peers.libtorch;

import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// Tensors from Java arrays and back.
final class Tensors {
  private Tensors() {}

  static Tensor of(float[] values, long... shape) {
    try (FloatPointer pointer = new FloatPointer(values)) {
      return torch
          .from_blob(pointer, shape, new TensorOptions(ScalarType.Float))
          .clone();
    }
  }

  static Tensor of(long[] values, long... shape) {
    try (LongPointer pointer = new LongPointer(values)) {
      return torch
          .from_blob(pointer, shape, new TensorOptions(ScalarType.Long))
          .clone();
    }
  }

  /// A parameter: a leaf of the tape.
  static Tensor parameter(float[] values, long... shape) {
    return of(values, shape).requires_grad_(true);
  }

  /// The Euclidean norm of the gradients of some parameters.
  static double gradientNorm(List<Tensor> parameters) {
    double sum = 0;
    for (Tensor parameter : parameters) {
      double norm = parameter.grad().norm().item_double();
      sum += norm * norm;
    }
    return Math.sqrt(sum);
  }
}
