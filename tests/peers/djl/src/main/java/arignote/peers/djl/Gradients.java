package arignote.peers.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;

/// Gradients that the engine leaves at parameters. It adds to those that are there, and has no way
/// to forget them.
final class Gradients {
  private Gradients() {}

  static void zero(List<NDArray> parameters) {
    for (NDArray parameter : parameters) {
      if (parameter instanceof PtNDArray array && array.hasGradient()) {
        JniUtils.zeroGrad(array);
      }
    }
  }
}
