package arignote.ir;

import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Element type and shape of a variable, `f32[T,B,128]`; a scalar has no axes and prints as `f32`.
public record TensorType(DType dtype, List<Dim> shape) {
  public TensorType {
    shape = List.copyOf(shape);
    for (Dim dim : shape) {
      if (dim.constant().isPresent() && dim.constant().getAsLong() < 0) {
        throw new TypeException(
            "shape: an axis cannot have the length %s, found %s; lengths are 0 or more"
                .formatted(dim, shape));
      }
    }
  }

  public static TensorType of(DType dtype, Dim... shape) {
    return new TensorType(dtype, List.of(shape));
  }

  public static TensorType of(DType dtype, long... shape) {
    List<Dim> dims = new ArrayList<>();
    for (long length : shape) {
      dims.add(Dim.of(length));
    }
    return new TensorType(dtype, dims);
  }

  public static TensorType scalar(DType dtype) {
    return new TensorType(dtype, List.of());
  }

  public int rank() {
    return shape.size();
  }

  public boolean isScalar() {
    return shape.isEmpty();
  }

  public Dim dim(int axis) {
    return shape.get(axis);
  }

  /// The number of elements.
  public Dim size() {
    Dim size = Dim.of(1);
    for (Dim dim : shape) {
      size = size.times(dim);
    }
    return size;
  }

  public TensorType withDtype(DType newDtype) {
    return new TensorType(newDtype, shape);
  }

  public TensorType withShape(List<Dim> newShape) {
    return new TensorType(dtype, newShape);
  }

  /// This type with another length of one axis.
  public TensorType withDim(int axis, Dim length) {
    List<Dim> dims = new ArrayList<>(shape);
    dims.set(axis, length);
    return withShape(dims);
  }

  /// This type without its first axis: what one step of a scan sees of a sequence.
  public TensorType element() {
    return withShape(shape.subList(1, shape.size()));
  }

  /// This type with a new first axis: what a scan stacks from this type.
  public TensorType stacked(Dim length) {
    List<Dim> dims = new ArrayList<>();
    dims.add(length);
    dims.addAll(shape);
    return withShape(dims);
  }

  /// The names of the symbols in the shape.
  public Set<String> symbols() {
    return shape.stream()
        .flatMap(dim -> dim.symbols().stream())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /// As that of any record; written out, as types are compared all the time, from the start on.
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof TensorType type && dtype == type.dtype && shape.equals(type.shape));
  }

  @Override
  public int hashCode() {
    return 31 * dtype.ordinal() + shape.hashCode();
  }

  @Override
  public String toString() {
    return dtype + shapeToString(shape);
  }

  private static String shapeToString(List<Dim> shape) {
    return shape.isEmpty()
        ? ""
        : shape.stream().map(Dim::toString).collect(Collectors.joining(",", "[", "]"));
  }
}
