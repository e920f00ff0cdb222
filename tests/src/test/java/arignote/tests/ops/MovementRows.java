package arignote.tests.ops;

import arignote.ir.Dim;
import arignote.ir.TensorType;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Concat;
import arignote.ir.op.Op;
import arignote.ir.op.Pad;
import arignote.ir.op.Reshape;
import arignote.ir.op.Slice;
import arignote.ir.op.Transpose;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/// The rows of the ops that put elements elsewhere.
final class MovementRows {
  private static final Domain VALUES = Domain.of(-100, 100).withEdges();

  private MovementRows() {}

  static List<OpRow> rows() {
    return List.of(
        new OpRow("broadcast", Shapes.ALL, true, MovementRows::broadcasts),
        new OpRow("reshape", Shapes.ALL, true, MovementRows::reshapes),
        new OpRow("transpose", Shapes.ALL, true, MovementRows::transposes),
        new OpRow("slice", Shapes.ALL, true, MovementRows::slices),
        new OpRow("pad", Shapes.ALL, true, MovementRows::pads),
        new OpRow("concat", Shapes.ALL, true, MovementRows::concats));
  }

  private static long[] dims(long... lengths) {
    return lengths;
  }

  private static Example move(Op op, TensorType... types) {
    List<Operand> operands = new ArrayList<>();
    for (TensorType type : types) {
      operands.add(new Operand(type, VALUES));
    }
    return Example.of(op, Tolerance.EXACT, operands.toArray(Operand[]::new));
  }

  private static List<Example> broadcasts(DType dtype, Sizes sizes) {
    List<Example> examples = new ArrayList<>();
    long[][][] cases = {
      {dims(), dims(3)},
      {dims(1), dims(7)},
      {dims(5, 1), dims(5, 7)},
      {dims(1, 7), dims(5, 7)},
      {dims(7), dims(5, 7)},
      {dims(3, 1, 5), dims(2, 3, 4, 5)},
      {dims(5, 7), dims(5, 7)},
      {dims(1, 1), dims(17, 33)},
      {dims(0), dims(3, 0)},
      {dims(1), dims(0)},
      {dims(), dims()}
    };
    for (long[][] shapes : cases) {
      examples.add(move(new Broadcast(sizes.dims(shapes[1])), sizes.type(dtype, shapes[0])));
    }
    return examples;
  }

  private static List<Example> reshapes(DType dtype, Sizes sizes) {
    Dim product = sizes.dim(3).times(sizes.dim(4));
    List<Dim> ones = List.of(Dim.of(1), Dim.of(1));
    return List.of(
        move(new Reshape(List.of(product)), sizes.type(dtype, 3, 4)),
        move(new Reshape(sizes.dims(4, 3)), sizes.type(dtype, 3, 4)),
        move(new Reshape(sizes.dims(3, 4)), sizes.type(dtype, 12)),
        move(new Reshape(sizes.dims(5, 6)), sizes.type(dtype, 2, 3, 5)),
        move(new Reshape(sizes.dims(2, 1, 3, 1, 5)), sizes.type(dtype, 2, 3, 5)),
        move(new Reshape(ones), sizes.type(dtype)),
        move(new Reshape(List.of()), sizes.type(dtype, 1, 1)),
        move(new Reshape(sizes.dims(2, 0)), sizes.type(dtype, 0, 3)).plain());
  }

  private static List<Example> transposes(DType dtype, Sizes sizes) {
    return List.of(
        move(new Transpose(List.of(1, 0)), sizes.type(dtype, 5, 7)),
        move(new Transpose(List.of(0, 1)), sizes.type(dtype, 5, 7)),
        move(new Transpose(List.of(2, 0, 1)), sizes.type(dtype, 2, 3, 5)),
        move(new Transpose(List.of(0, 2, 1)), sizes.type(dtype, 2, 3, 5)),
        move(new Transpose(List.of(3, 1, 0, 2)), sizes.type(dtype, 2, 3, 1, 5)),
        move(new Transpose(List.of(0)), sizes.type(dtype, 7)),
        move(new Transpose(List.of()), sizes.type(dtype)),
        move(new Transpose(List.of(1, 0)), sizes.type(dtype, 0, 3)).plain(),
        move(new Transpose(List.of(1, 0)), sizes.type(dtype, 33, 65)).plain());
  }

  private static List<Example> slices(DType dtype, Sizes sizes) {
    return List.of(
        move(slice(sizes, 0, 2, 5, 1), sizes.type(dtype, 10)),
        move(slice(sizes, 0, 1, 3, 3), sizes.type(dtype, 10)),
        move(slice(sizes, 0, 9, 10, -1), sizes.type(dtype, 10)),
        move(slice(sizes, 1, 8, 3, -3), sizes.type(dtype, 4, 9)),
        move(slice(sizes, 0, 1, 2, 2), sizes.type(dtype, 4, 9)),
        move(slice(sizes, 1, 0, 9, 1), sizes.type(dtype, 4, 9)),
        move(slice(sizes, 1, 2, 1, 1), sizes.type(dtype, 2, 3, 5)),
        move(slice(sizes, 2, 2, 3, 1), sizes.type(dtype, 2, 3, 5)),
        move(slice(sizes, 0, 9, 0, 1), sizes.type(dtype, 4)),
        move(slice(sizes, 0, 0, 0, 1), sizes.type(dtype, 0, 3)).plain(),
        move(new Slice(0, sizes.dim(7).minus(1), sizes.dim(7), -1), sizes.type(dtype, 7, 2)),
        move(new Slice(0, Dim.of(1), sizes.dim(7).minus(1), 1), sizes.type(dtype, 7)));
  }

  private static Slice slice(Sizes sizes, int axis, long start, long size, long step) {
    return new Slice(axis, sizes.dim(start), sizes.dim(size), step);
  }

  private static List<Example> pads(DType dtype, Sizes sizes) {
    return List.of(
        move(pad(sizes, 0, 2, 10, 1), sizes.type(dtype, 5)),
        move(pad(sizes, 0, 1, 10, 3), sizes.type(dtype, 3)),
        move(pad(sizes, 0, 9, 10, -1), sizes.type(dtype, 10)),
        move(pad(sizes, 1, 8, 9, -3), sizes.type(dtype, 4, 3)),
        move(pad(sizes, 0, 1, 4, 2), sizes.type(dtype, 2, 9)),
        move(pad(sizes, 1, 0, 9, 1), sizes.type(dtype, 4, 9)),
        move(pad(sizes, 1, 2, 3, 1), sizes.type(dtype, 2, 1, 5)),
        move(pad(sizes, 2, 1, 5, 1), sizes.type(dtype, 2, 3, 3)),
        move(pad(sizes, 0, 7, 4, 1), sizes.type(dtype, 0)).plain(),
        move(pad(sizes, 0, 1, 4, 1), sizes.type(dtype, 3, 0)).plain(),
        move(new Pad(0, Dim.of(1), sizes.dim(7).plus(2), 1), sizes.type(dtype, 7)));
  }

  private static Pad pad(Sizes sizes, int axis, long start, long size, long step) {
    return new Pad(axis, sizes.dim(start), sizes.dim(size), step);
  }

  private static List<Example> concats(DType dtype, Sizes sizes) {
    return List.of(
        move(new Concat(0), sizes.type(dtype, 3), sizes.type(dtype, 4)),
        move(new Concat(0), sizes.type(dtype, 3, 5), sizes.type(dtype, 1, 5)),
        move(new Concat(1), sizes.type(dtype, 3, 5), sizes.type(dtype, 3, 2)),
        move(
            new Concat(1),
            sizes.type(dtype, 2, 3, 5),
            sizes.type(dtype, 2, 1, 5),
            sizes.type(dtype, 2, 7, 5)),
        move(new Concat(0), sizes.type(dtype, 5)),
        move(new Concat(0), sizes.type(dtype, 0), sizes.type(dtype, 3), sizes.type(dtype, 0))
            .plain(),
        move(new Concat(1), sizes.type(dtype, 0, 2), sizes.type(dtype, 0, 3)).plain());
  }
}
