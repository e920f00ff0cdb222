package arignote.tests.ops;

import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Op;
import arignote.ir.op.Slice;
import arignote.ir.op.Transpose;
import java.util.List;
import java.util.stream.IntStream;

/// How the elements of an operand lie in memory where a backend makes no copies: what the op is
/// applied to instead of an input.
public enum Layout {
  /// The input itself.
  DENSE,
  /// The transpose of an input.
  TRANSPOSED,
  /// Every second element along the last axis.
  STRIDED,
  /// The last axis backwards.
  REVERSED,
  /// A window of the first axis, so that the elements do not start where the memory does.
  WINDOW,
  /// One element of the first axis repeated.
  BROADCAST;

  /// Whether tensors of a type can lie so, in another way than dense ones.
  boolean appliesTo(TensorType type) {
    return switch (this) {
      case DENSE -> true;
      case TRANSPOSED -> type.rank() >= 2;
      case STRIDED, REVERSED, WINDOW, BROADCAST -> type.rank() >= 1;
    };
  }

  /// A variable of the given type that lies so.
  Variable make(String name, TensorType type) {
    int last = type.rank() - 1;
    return switch (this) {
      case DENSE -> new Input(name, type);
      case TRANSPOSED -> {
        List<Integer> reversed =
            IntStream.range(0, type.rank()).map(axis -> last - axis).boxed().toList();
        TensorType stored = type.withShape(type.shape().reversed());
        yield apply(new Transpose(reversed), new Input(name, stored));
      }
      case STRIDED -> {
        Dim length = type.dim(last);
        TensorType stored = type.withDim(last, length.times(2).plus(1));
        yield apply(new Slice(last, Dim.of(1), length, 2), new Input(name, stored));
      }
      case REVERSED -> {
        Dim length = type.dim(last);
        yield apply(new Slice(last, length.minus(1), length, -1), new Input(name, type));
      }
      case WINDOW -> {
        Dim length = type.dim(0);
        TensorType stored = type.withDim(0, length.plus(3));
        yield apply(new Slice(0, Dim.of(2), length, 1), new Input(name, stored));
      }
      case BROADCAST -> {
        TensorType stored = type.withDim(0, Dim.of(1));
        yield apply(new Broadcast(type.shape()), new Input(name, stored));
      }
    };
  }

  private static Variable apply(Op op, Input input) {
    return Apply.of(op, List.of(input)).result();
  }
}
