package arignote.backend.cuda.codegen;

import arignote.backend.cuda.kernel.Launch;
import arignote.plan.View;
import arignote.tensor.DType;

/// Kernels that read or write rows of a tensor at the positions that indices name. All tensors are
/// dense: `batches` times `before` blocks of `length` rows of `rowElements`, `count` indices in
/// each batch.
///
/// @param index the dtype of the indices
public record Indexing(
    DType index, long batches, long before, long length, long count, long rowElements) {
  private static final int THREADS = 256;
  private static final int BLOCKS = 16;

  private boolean isLarge() {
    long most = Integer.MAX_VALUE / 2;
    return batches * before * length * rowElements > most
        || batches * before * count * rowElements > most;
  }

  /// Notes the first index outside of `0 <= i < length`, if there is one and none has been noted
  /// before: the number of the op, the position, the index.
  public Launch check(View indices, View errors) {
    KernelText text = new KernelText();
    text.line("const %s *p = %s;".formatted(index, text.pointer(indices)));
    text.line("i64 *errors = %s;".formatted(text.pointer(errors)));
    text.line("const index count = %s;".formatted(text.index(batches * count)));
    text.line("const i64 length = %s;".formatted(text.number(length)));
    text.line("index first = count;");
    text.open("for (index i = threadIdx.x; i < count; i += blockDim.x)");
    text.line("if ((u64)p[i] >= (u64)length && i < first) first = i;");
    text.close();
    text.line("__shared__ index parts[%d];".formatted(THREADS / 32));
    text.line("first = reduce_block<min_of>(first, parts);");
    text.open("if (threadIdx.x == 0 && first < count && errors[0] == 0)");
    text.line("errors[1] = first;");
    text.line("errors[2] = p[first];");
    text.line("errors[0] = a.v[1] + 1;");
    text.close();
    return text.launch(isLarge(), 1, THREADS);
  }

  /// Copies the rows that indices name; an index that is outside counts as 0.
  public Launch gather(View from, View indices, View to, int processors) {
    KernelText text = new KernelText();
    DType dtype = from.dtype();
    text.line("const %s *from = %s;".formatted(dtype, text.pointer(from)));
    text.line("const %s *indices = %s;".formatted(index, text.pointer(indices)));
    text.line("%s *to = %s;".formatted(dtype, text.pointer(to)));
    String elements = text.index(rowElements);
    String size = text.index(batches * before * count * rowElements);
    text.open(
        "for (index i = (index)blockIdx.x * blockDim.x + threadIdx.x; i < %s; i += (index)gridDim.x * blockDim.x)"
            .formatted(size));
    text.line("const index row = i / %s;".formatted(elements));
    text.line("const index block = row / %s;".formatted(text.index(count)));
    text.line(
        "i64 at = indices[block / %s * %s + row %% %s];"
            .formatted(text.index(before), text.index(count), text.index(count)));
    text.line("if ((u64)at >= (u64)%s) at = 0;".formatted(text.number(length)));
    text.line(
        "to[i] = from[(block * %s + (index)at) * %s + i %% %s];"
            .formatted(text.index(length), elements, elements));
    text.close();
    long work = batches * before * count * rowElements;
    int threads = (int) Math.min(THREADS, (work + 31) / 32 * 32);
    return text.launch(
        isLarge(), Math.min((work + threads - 1) / threads, (long) processors * BLOCKS), threads);
  }
}
