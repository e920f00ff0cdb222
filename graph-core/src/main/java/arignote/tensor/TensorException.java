package arignote.tensor;

import arignote.ArignoteException;
import java.util.Arrays;

/// A tensor that cannot be made, or not used so: its elements are not as many as its shape needs.
public final class TensorException extends ArignoteException {
  private static final long serialVersionUID = 1L;

  public TensorException(String message) {
    super(message);
  }

  /// `f32[2,3]`.
  static String type(DType dtype, long... shape) {
    return dtype + (shape.length == 0 ? "" : Arrays.toString(shape).replace(" ", ""));
  }
}
