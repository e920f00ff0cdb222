package arignote.backend.cuda.codegen;

import arignote.backend.cuda.kernel.Launch;
import arignote.ir.op.ScatterFn;
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
  private static final int WARPS = 4;

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

  /// Adds or puts rows at the places that indices name, all updates of a place in their order, by
  /// one warp: that of the first update of the place if they are added, else of the last, which
  /// alone is put. Indices that are outside are left out.
  public Launch scatter(ScatterFn fn, View indices, View updates, View to, int processors) {
    KernelText text = new KernelText();
    DType dtype = to.dtype();
    text.line("const %s *indices = %s;".formatted(index, text.pointer(indices)));
    text.line("const %s *updates = %s;".formatted(dtype, text.pointer(updates)));
    text.line("%s *to = %s;".formatted(dtype, text.pointer(to)));
    text.line("const index count = %s;".formatted(text.index(count)));
    text.line("const index elements = %s;".formatted(text.index(rowElements)));
    String rows = text.index(batches * before * count);
    String beforeText = text.index(before);
    String lengthText = text.index(length);
    text.line("const index lane = threadIdx.x % 32;");
    text.open(
        "for (index row = (index)blockIdx.x * %d + threadIdx.x / 32; row < %s; row += (index)gridDim.x * %d)"
            .formatted(WARPS, rows, WARPS));
    text.line("const index block = row / count;");
    text.line("const index i = row - block * count;");
    text.line("const %s *own = indices + block / %s * count;".formatted(index, beforeText));
    text.line("const i64 at = own[i];");
    text.line("if ((u64)at >= (u64)%s) continue;".formatted(lengthText));
    text.line("bool other = false;");
    String range =
        fn == ScatterFn.ADD
            ? "for (index j = lane; j - lane < i && !other; j += 32)"
            : "for (index j = i + 1 + lane; j - lane < count && !other; j += 32)";
    String end = fn == ScatterFn.ADD ? "i" : "count";
    text.open(range);
    text.line("other = __ballot_sync(0xffffffffu, j < %s && own[j] == at) != 0;".formatted(end));
    text.close();
    text.line("if (other) continue;");
    text.line("%s *place = to + (block * %s + (index)at) * elements;".formatted(dtype, lengthText));
    if (fn == ScatterFn.SET) {
      text.line(
          "for (index e = lane; e < elements; e += 32) place[e] = updates[row * elements + e];");
    } else {
      add(text, dtype);
    }
    text.close();
    long blocks = (batches * before * count + WARPS - 1) / WARPS;
    return text.launch(isLarge(), Math.min(blocks, (long) processors * BLOCKS * 4), WARPS * 32);
  }

  /// Adds all updates of a place, 32 elements of each at a time.
  private static void add(KernelText text, DType dtype) {
    text.open("for (index start = 0; start < elements; start += 32)");
    text.line("const index e = start + lane;");
    text.line("%s sum = e < elements ? place[e] : (%s)0;".formatted(dtype, dtype));
    text.open("for (index from = i; from < count; from += 32)");
    text.line("const index j = from + lane;");
    text.line("u32 same = __ballot_sync(0xffffffffu, j < count && own[j] == at);");
    text.open("while (same != 0)");
    text.line("const index update = block * count + from + __ffs(same) - 1;");
    text.line("same &= same - 1;");
    text.line("if (e < elements) sum = add_(sum, updates[update * elements + e]);");
    text.close();
    text.close();
    text.line("if (e < elements) place[e] = sum;");
    text.close();
  }
}
