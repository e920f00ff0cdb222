package arignote.peers.libtorch;

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
      return torch.from_blob(pointer, shape, new TensorOptions(ScalarType.Float)).clone();
    }
  }

  static Tensor of(long[] values, long... shape) {
    try (LongPointer pointer = new LongPointer(values)) {
      return torch.from_blob(pointer, shape, new TensorOptions(ScalarType.Long)).clone();
    }
  }

  /// A tensor that backward leaves a gradient at.
  static Tensor parameter(float[] values, long... shape) {
    return of(values, shape).requires_grad_(true);
  }

  static float[] toArray(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.numel())];
    tensor.contiguous().data_ptr_float().get(values);
    return values;
  }
}
