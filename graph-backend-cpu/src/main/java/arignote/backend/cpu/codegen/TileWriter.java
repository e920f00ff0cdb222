package arignote.backend.cpu.codegen;

import arignote.tensor.DType;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/// Writes the class of a [Tile]; of two rows and one vector:
///
/// ```java
/// public void run(long a, long aRow, long aStep, long b, long bStep, ..., double alpha,
///     double beta, int k) {
///   FloatVector sum0 = zero, sum1 = zero;
///   long row1 = aRow;
///   for (int p = 0; p < k; p++) {
///     FloatVector y0 = load(b);
///     sum0 = broadcast(a).fma(y0, sum0);
///     sum1 = broadcast(a + row1).fma(y0, sum1);
///     a += aStep; b += bStep;
///   }
///   store(to, load(from).fma(beta, sum0.mul(alpha))); ...
/// }
/// ```
///
/// The method must stay small: the JVM's first compiler gives up on one with some 24 sums, which is
/// then interpreted for ever.
final class TileWriter {
  private static final String API = "jdk.incubator.vector.";
  private static final ClassDesc SPECIES = ClassDesc.of(API + "VectorSpecies");
  private static final ClassDesc VECTOR = ClassDesc.of(API + "Vector");
  private static final ClassDesc SEGMENT = ClassDesc.of("java.lang.foreign.MemorySegment");
  private static final ClassDesc ORDER = ClassDesc.of("java.nio.ByteOrder");
  private static final ClassDesc MEMORY = ClassDesc.of(Memory.class.getName());
  private static final ClassDesc LONG = ConstantDescs.CD_long;

  private static final int A = 1;
  private static final int A_ROW = 3;
  private static final int A_STEP = 5;
  private static final int B = 7;
  private static final int B_STEP = 9;
  private static final int FROM = 11;
  private static final int FROM_ROW = 13;
  private static final int TO = 15;
  private static final int TO_ROW = 17;
  private static final int ALPHA = 19;
  private static final int BETA = 21;
  private static final int K = 23;

  private final CodeBuilder code;
  private final ClassDesc vector;
  private final ClassDesc element;
  private final int rows;
  private final int vectors;
  private final int vectorBytes;

  private TileWriter(CodeBuilder code, DType dtype, int rows, int vectors, int vectorBytes) {
    this.code = code;
    this.vector = ClassDesc.of(API + (dtype == DType.F32 ? "FloatVector" : "DoubleVector"));
    this.element = dtype == DType.F32 ? ConstantDescs.CD_float : ConstantDescs.CD_double;
    this.rows = rows;
    this.vectors = vectors;
    this.vectorBytes = vectorBytes;
  }

  /// The class file of a tile.
  static byte[] write(ClassDesc name, DType dtype, int rows, int vectors, int vectorBytes) {
    MethodTypeDesc run =
        MethodTypeDesc.of(
            ConstantDescs.CD_void,
            LONG,
            LONG,
            LONG,
            LONG,
            LONG,
            LONG,
            LONG,
            LONG,
            LONG,
            ConstantDescs.CD_double,
            ConstantDescs.CD_double,
            ConstantDescs.CD_int);
    return ClassFile.of()
        .build(
            name,
            type ->
                type.withFlags(ClassFile.ACC_FINAL)
                    .withInterfaceSymbols(ClassDesc.of(Tile.class.getName()))
                    .withMethodBody(
                        ConstantDescs.INIT_NAME,
                        ConstantDescs.MTD_void,
                        0,
                        code ->
                            code.aload(0)
                                .invokespecial(
                                    ConstantDescs.CD_Object,
                                    ConstantDescs.INIT_NAME,
                                    ConstantDescs.MTD_void)
                                .return_())
                    .withMethodBody(
                        "run",
                        run,
                        ClassFile.ACC_PUBLIC,
                        code -> new TileWriter(code, dtype, rows, vectors, vectorBytes).write()));
  }

  private void write() {
    int[][] sums = new int[rows][vectors];
    for (int[] row : sums) {
      for (int j = 0; j < vectors; j++) {
        species();
        code.invokestatic(vector, "zero", MethodTypeDesc.of(vector, SPECIES));
        row[j] = keepVector();
      }
    }
    int[] offsets = new int[rows];
    for (int i = 0; i < rows; i++) {
      code.loadConstant((long) i).lload(A_ROW).lmul();
      offsets[i] = keepLong();
    }
    multiply(sums, offsets);
    int alpha = scale(ALPHA);
    int beta = scale(BETA);
    for (int[] row : sums) {
      for (int j = 0; j < vectors; j++) {
        load(FROM, j);
        code.aload(beta)
            .aload(row[j])
            .aload(alpha)
            .invokevirtual(vector, "mul", MethodTypeDesc.of(vector, VECTOR))
            .invokevirtual(vector, "fma", MethodTypeDesc.of(vector, VECTOR, VECTOR))
            .astore(row[j]);
        store(row[j], j);
      }
      advance(FROM, FROM_ROW);
      advance(TO, TO_ROW);
    }
    code.return_();
  }

  /// A factor in all lanes of a vector.
  private int scale(int factor) {
    species();
    code.dload(factor);
    if (element.equals(ConstantDescs.CD_float)) {
      code.d2f();
    }
    broadcast();
    return keepVector();
  }

  private void broadcast() {
    code.invokestatic(vector, "broadcast", MethodTypeDesc.of(vector, SPECIES, element));
  }

  private void multiply(int[][] sums, int[] offsets) {
    Label again = code.newLabel();
    Label end = code.newLabel();
    int p = code.allocateLocal(TypeKind.INT);
    code.iconst_0().istore(p);
    code.labelBinding(again).iload(p).iload(K).if_icmpge(end);
    int[] right = new int[vectors];
    for (int j = 0; j < vectors; j++) {
      load(B, j);
      right[j] = keepVector();
    }
    for (int i = 0; i < rows; i++) {
      species();
      code.lload(A).lload(offsets[i]).ladd();
      code.invokestatic(
          MEMORY,
          element.equals(ConstantDescs.CD_float) ? "getFloat" : "getDouble",
          MethodTypeDesc.of(element, LONG));
      broadcast();
      int left = keepVector();
      for (int j = 0; j < vectors; j++) {
        code.aload(left)
            .aload(right[j])
            .aload(sums[i][j])
            .invokevirtual(vector, "fma", MethodTypeDesc.of(vector, VECTOR, VECTOR))
            .astore(sums[i][j]);
      }
    }
    advance(A, A_STEP);
    advance(B, B_STEP);
    code.iinc(p, 1).goto_(again).labelBinding(end);
  }

  private void species() {
    code.getstatic(vector, "SPECIES_PREFERRED", SPECIES);
  }

  private void memory(int address, int j) {
    code.getstatic(MEMORY, "ALL", SEGMENT)
        .lload(address)
        .loadConstant((long) j * vectorBytes)
        .ladd()
        .getstatic(MEMORY, "ORDER", ORDER);
  }

  private void load(int address, int j) {
    species();
    memory(address, j);
    code.invokestatic(
        vector, "fromMemorySegment", MethodTypeDesc.of(vector, SPECIES, SEGMENT, LONG, ORDER));
  }

  private void store(int value, int j) {
    code.aload(value);
    memory(TO, j);
    code.invokevirtual(
        vector,
        "intoMemorySegment",
        MethodTypeDesc.of(ConstantDescs.CD_void, SEGMENT, LONG, ORDER));
  }

  private void advance(int address, int step) {
    code.lload(address).lload(step).ladd().lstore(address);
  }

  private int keepVector() {
    int local = code.allocateLocal(TypeKind.REFERENCE);
    code.astore(local);
    return local;
  }

  private int keepLong() {
    int local = code.allocateLocal(TypeKind.LONG);
    code.lstore(local);
    return local;
  }
}
