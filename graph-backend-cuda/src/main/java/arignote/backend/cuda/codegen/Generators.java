package arignote.backend.cuda.codegen;

import arignote.backend.cuda.kernel.Launch;
import arignote.backend.cuda.kernel.Nest;
import arignote.backend.cuda.kernel.Place;
import arignote.ir.op.ArgReduceFn;
import arignote.plan.View;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Kernels of single ops that are no loops of others: random numbers, positions of extremes.
public final class Generators {
  private static final int THREADS = 256;
  private static final int BLOCKS = 16;

  private Generators() {}

  /// Uniform random numbers as [arignote.ir.op.Random] defines them; a thread makes a block of four
  /// words.
  ///
  /// @param to dense
  public static Launch random(View key, View counter, View to, int processors) {
    KernelText text = new KernelText();
    DType dtype = to.dtype();
    int perBlock = dtype == DType.F32 ? 4 : 2;
    text.line("const u64 key = *%s;".formatted(text.pointer(key)));
    text.line("const u64 counter = *%s;".formatted(text.pointer(counter)));
    text.line("%s *to = %s;".formatted(dtype, text.pointer(to)));
    text.line("const i64 size = %s;".formatted(text.number(to.layout().size())));
    text.open(
        "for (i64 i = (i64)blockIdx.x * blockDim.x + threadIdx.x; i * %d < size; i += (i64)gridDim.x * blockDim.x)"
            .formatted(perBlock));
    text.line("u32 key0 = (u32)key, key1 = (u32)(key >> 32);");
    text.line("u32 w[4] = {(u32)i, (u32)((u64)i >> 32), (u32)counter, (u32)(counter >> 32)};");
    text.open("for (int round = 0; round < 10; round++)");
    text.line("const u32 high0 = __umulhi(0xD2511F53u, w[0]), low0 = 0xD2511F53u * w[0];");
    text.line("const u32 high1 = __umulhi(0xCD9E8D57u, w[2]), low1 = 0xCD9E8D57u * w[2];");
    text.line("w[0] = high1 ^ w[1] ^ key0;");
    text.line("w[1] = low1;");
    text.line("w[2] = high0 ^ w[3] ^ key1;");
    text.line("w[3] = low0;");
    text.line("key0 += 0x9E3779B9u;");
    text.line("key1 += 0xBB67AE85u;");
    text.close();
    text.line("#pragma unroll");
    text.open("for (int k = 0; k < %d; k++)".formatted(perBlock));
    text.line(
        "if (i * %d + k < size) to[i * %d + k] = %s;"
            .formatted(
                perBlock,
                perBlock,
                dtype == DType.F32
                    ? "(f32)(w[k] >> 8) * 0x1p-24f"
                    : "((f64)(w[2 * k] >> 5) * 0x1p26 + (f64)(w[2 * k + 1] >> 6)) * 0x1p-53"));
    text.close();
    text.close();
    long work = (to.layout().size() + perBlock - 1) / perBlock;
    int threads = (int) Math.min(THREADS, Math.max(32, (work + 31) / 32 * 32));
    return text.launch(
        true,
        Math.max(1, Math.min((work + threads - 1) / threads, (long) processors * BLOCKS)),
        threads);
  }

  /// Notes an error of this op, if none has been noted before.
  public static Launch fail(View errors) {
    KernelText text = new KernelText();
    text.line("i64 *errors = %s;".formatted(text.pointer(errors)));
    text.line("if (errors[0] == 0) errors[0] = a.v[1] + 1;");
    return text.launch(false, 1, 1);
  }

  /// Notes an error of this op if a condition does not hold and none has been noted before.
  public static Launch failUnless(View holds, View errors) {
    KernelText text = new KernelText();
    text.line("i64 *errors = %s;".formatted(text.pointer(errors)));
    text.line("if (errors[0] == 0 && !*%s) errors[0] = a.v[1] + 1;".formatted(text.pointer(holds)));
    return text.launch(false, 1, 1);
  }

  /// Copies a value if a condition does not hold and no error has been noted before.
  ///
  /// @param from dense
  public static Launch keepUnless(View holds, View errors, View from, View to, int processors) {
    KernelText text = new KernelText();
    text.line("if (*%s || *%s != 0) return;".formatted(text.pointer(holds), text.pointer(errors)));
    text.line("const %s *from = %s;".formatted(from.dtype(), text.pointer(from)));
    text.line("%s *to = %s;".formatted(to.dtype(), text.pointer(to)));
    text.open(
        "for (i64 i = (i64)blockIdx.x * blockDim.x + threadIdx.x; i < %s; i += (i64)gridDim.x * blockDim.x)"
            .formatted(text.number(from.layout().size())));
    text.line("to[i] = from[i];");
    text.close();
    long blocks = (from.layout().size() + THREADS - 1) / THREADS;
    return text.launch(true, Math.min(blocks, (long) processors * BLOCKS), THREADS);
  }

  /// Says of both branches of a conditional whether they must not happen: 1 if so, else 0.
  ///
  /// @param outer where it says that the conditional itself must not
  public static Launch choose(
      View predicate, Optional<View> outer, View thenSkip, View otherwiseSkip) {
    KernelText text = new KernelText();
    text.line("const bool holds = *%s;".formatted(text.pointer(predicate)));
    text.line(
        "const bool outer = %s;"
            .formatted(
                outer.map(flag -> "*%s != 0".formatted(text.pointer(flag))).orElse("false")));
    text.line("*%s = outer || !holds;".formatted(text.pointer(thenSkip)));
    text.line("*%s = outer || holds;".formatted(text.pointer(otherwiseSkip)));
    return text.launch(false, 1, 1);
  }

  /// The position of the first largest or smallest element along an axis; of NaNs, of the first. A
  /// warp shares a row.
  public static Launch argReduce(ArgReduceFn fn, View x, int axis, View to, int processors) {
    KernelText text = new KernelText();
    DType dtype = x.dtype();
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < x.layout().rank(); i++) {
      if (i != axis) {
        kept.add(i);
      }
    }
    long[] shape = kept.stream().mapToLong(x.layout()::dim).toArray();
    Nest rows = Nest.of(shape, List.of(Place.of(x).select(kept), Place.of(to)));
    boolean large =
        rows.places().stream().anyMatch(place -> rows.extent(place) > Integer.MAX_VALUE / 2)
            || Math.abs(x.layout().stride(axis)) * x.layout().dim(axis) > Integer.MAX_VALUE / 2;
    text.line("const %s *from = %s;".formatted(dtype, text.pointer(x)));
    text.line("i64 *to = %s;".formatted(text.pointer(to)));
    text.line("const index length = %s;".formatted(text.index(x.layout().dim(axis))));
    text.line("const index stride = %s;".formatted(text.index(x.layout().stride(axis))));
    text.line("const index lane = threadIdx.x % 32;");
    text.open(
        "for (index row = (index)blockIdx.x * 4 + threadIdx.x / 32; row < %s; row += (index)gridDim.x * 4)"
            .formatted(text.index(rows.size())));
    Expressions.positions(text, rows, "row", "x");
    text.line(
        "const %s *p = from + %s;"
            .formatted(dtype, Expressions.offset(text, rows, rows.places().get(0), "x")));
    String isNan = dtype.isFloat() ? "isnan_(%s)" : "false";
    String better =
        "(%s || (!%s && %s %s %s))"
            .formatted(
                "(" + isNan.formatted("y") + " && !" + isNan.formatted("best") + ")",
                isNan.formatted("best"),
                "y",
                fn == ArgReduceFn.ARGMAX ? ">" : "<",
                "best");
    // A lane without elements stands at the first, which changes nothing.
    text.line("index at = lane < length ? lane : 0;");
    text.line("%s best = p[at * stride];".formatted(dtype));
    text.open("for (index j = lane + 32; j < length; j += 32)");
    text.line("const %s y = p[j * stride];".formatted(dtype));
    text.line("if %s { best = y; at = j; }".formatted(better));
    text.close();
    text.open("for (int distance = 16; distance > 0; distance >>= 1)");
    text.line("const %s y = __shfl_xor_sync(0xffffffffu, best, distance);".formatted(dtype));
    text.line("const index other = __shfl_xor_sync(0xffffffffu, at, distance);");
    String same = dtype.isFloat() ? "(y == best || (isnan_(y) && isnan_(best)))" : "y == best";
    text.line("if (%s || (%s && other < at)) { best = y; at = other; }".formatted(better, same));
    text.close();
    text.line(
        "if (lane == 0) to[%s] = at;"
            .formatted(Expressions.offset(text, rows, rows.places().get(1), "x")));
    text.close();
    return text.launch(large, Math.min((rows.size() + 3) / 4, (long) processors * BLOCKS * 4), 128);
  }
}
