package arignote.ir.op;

import arignote.ir.TensorType;
import arignote.ir.TypeException;
import arignote.tensor.DType;
import java.util.List;

/// Uniform numbers in `[0, 1)` from a key and a counter, both `i64` scalars; the same numbers on
/// every backend, whatever the order of computation.
///
/// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011)
/// maps the 64-bit key and the 128-bit block number `counter * 2^64 + i` to four 32-bit words
/// `w0..w3`. Row-major element `e` of an `f32` tensor is `(w >>> 8) * 2^-24` with `w` the word `e
/// mod 4` of block `i = e / 4`; of an `f64` tensor `((a >>> 5) * 2^26 + (b >>> 6)) * 2^-53` with
/// `a, b` the words `2*(e mod 2)` and `2*(e mod 2) + 1` of block `i = e / 2`. Low halves come
/// first: key words `(lo, hi)` of the key, counter words `(lo i, hi i, lo counter, hi counter)`.
public record Random(TensorType type) implements CoreOp {
  private static final TensorType WORD = TensorType.scalar(DType.I64);

  public Random {
    if (!type.dtype().isFloat()) {
      throw new TypeException(
          "random: makes floats, not %s; draw floats, and cast() them".formatted(type));
    }
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> operands) {
    Check.that(
        operands.equals(List.of(WORD, WORD)),
        this,
        operands,
        "takes a key and a counter, i64 each");
    return List.of(type);
  }
}
