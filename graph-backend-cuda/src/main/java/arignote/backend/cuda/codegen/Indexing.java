package arignote.backend.cuda.codegen;

import arignote.backend.cuda.kernel.Launch;
import arignote.plan.IndexedRows;
import arignote.plan.View;
import arignote.tensor.DType;

/// Kernels that read or write rows of a tensor at the positions that indices name. All tensors are
/// dense.
///
/// @param index the dtype of the indices
public record Indexing(DType index, IndexedRows rows) {
  private static final int THREADS = 256;
  private static final int BLOCKS = 16;

  /// As many indices as this a thread looks at before another block is worth while.
  private static final int INDICES = 16;

  boolean isLarge() {
    return Math.max(rows.indices(), Math.max(rows.elements(), rows.elementsMoved()))
        > Integer.MAX_VALUE / 2;
  }

  /// How many blocks look for an index that is outside: 1, if that is soon done.
  public long checkers(int processors) {
    long each = (long) THREADS * INDICES;
    return Math.min((rows.indices() + each - 1) / each, (long) processors * BLOCKS);
  }

  /// Notes the first index outside of `0 <= i < length`, if there is one and none has been noted
  /// before: the number of the op, the position, the index. One block looks at all.
  public Launch check(View indices, View errors) {
    KernelText text = new KernelText();
    findFirst(text, indices);
    note(text, errors);
    return text.launch(isLarge(), 1, THREADS);
  }

  /// Finds the first index that is outside among those that each of several blocks looks at.
  ///
  /// @param firsts a position for each block; behind all of them if there is none
  public Launch findFirsts(View indices, View firsts) {
    KernelText text = new KernelText();
    findFirst(text, indices);
    text.line(
        "if (threadIdx.x == 0) ((i64 *)%s)[blockIdx.x] = first;".formatted(text.pointer(firsts)));
    return text.launch(isLarge(), firsts.layout().size(), THREADS);
  }

  /// Does what [#check] does, knowing what [#findFirsts] found.
  public Launch checkFirsts(View indices, View firsts, View errors) {
    KernelText text = new KernelText();
    text.line("const %s *p = %s;".formatted(index, text.pointer(indices)));
    text.line("const i64 *firsts = %s;".formatted(text.pointer(firsts)));
    text.line("const index count = %s;".formatted(text.index(rows.indices())));
    text.line("index first = count;");
    text.open(
        "for (index i = threadIdx.x; i < %s; i += blockDim.x)"
            .formatted(text.index(firsts.layout().size())));
    text.line("first = minimum_(first, (index)firsts[i]);");
    text.close();
    reduceFirst(text);
    note(text, errors);
    return text.launch(isLarge(), 1, THREADS);
  }

  private void findFirst(KernelText text, View indices) {
    text.line("const %s *p = %s;".formatted(index, text.pointer(indices)));
    text.line("const index count = %s;".formatted(text.index(rows.indices())));
    text.line("const u64 length = %s;".formatted(text.number(rows.length())));
    text.line("index first = count;");
    text.open(
        "for (index i = (index)blockIdx.x * blockDim.x + threadIdx.x; i < count; i += (index)gridDim.x * blockDim.x)");
    text.line("if ((u64)p[i] >= length) first = minimum_(first, i);");
    text.close();
    reduceFirst(text);
  }

  private static void reduceFirst(KernelText text) {
    text.line("__shared__ index parts[%d];".formatted(THREADS / 32));
    text.line("first = reduce_block<min_of>(first, parts);");
  }

  private static void note(KernelText text, View errors) {
    text.line("i64 *errors = %s;".formatted(text.pointer(errors)));
    text.open("if (threadIdx.x == 0 && first < count && errors[0] == 0)");
    text.line("errors[1] = first;");
    text.line("errors[2] = p[first];");
    text.line("errors[0] = a.v[1] + 1;");
    text.close();
  }

  /// Copies the rows that indices name; an index that is outside counts as 0.
  public Launch gather(View from, View indices, View to, int processors) {
    KernelText text = new KernelText();
    DType dtype = from.dtype();
    text.line("const %s *from = %s;".formatted(dtype, text.pointer(from)));
    text.line("const %s *indices = %s;".formatted(index, text.pointer(indices)));
    text.line("%s *to = %s;".formatted(dtype, text.pointer(to)));
    String elements = text.index(rows.rowElements());
    String size = text.index(rows.elementsMoved());
    text.open(
        "for (index i = (index)blockIdx.x * blockDim.x + threadIdx.x; i < %s; i += (index)gridDim.x * blockDim.x)"
            .formatted(size));
    text.line("const index row = i / %s;".formatted(elements));
    text.line("const index block = row / %s;".formatted(text.index(rows.count())));
    text.line(
        "i64 at = indices[block / %s * %s + row %% %s];"
            .formatted(
                text.index(rows.before()), text.index(rows.count()), text.index(rows.count())));
    text.line("if ((u64)at >= (u64)%s) at = 0;".formatted(text.number(rows.length())));
    text.line(
        "to[i] = from[(block * %s + (index)at) * %s + i %% %s];"
            .formatted(text.index(rows.length()), elements, elements));
    text.close();
    long work = rows.elementsMoved();
    int threads = (int) Math.min(THREADS, (work + 31) / 32 * 32);
    return text.launch(
        isLarge(), Math.min((work + threads - 1) / threads, (long) processors * BLOCKS), threads);
  }
}
