package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Kernel;
import arignote.backend.cpu.codegen.Kernels;
import arignote.backend.cpu.kernel.Loop;
import arignote.backend.cpu.kernel.Operand;
import arignote.backend.cpu.kernel.Stage;
import arignote.backend.cpu.kernel.Stages;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The kernels that compute rows of a loop whose operands and outputs have known steps.
///
/// Kernels read elements that lie next to each other, or one for the whole row. An operand with any
/// other step is packed into scratch memory first, an output unpacked afterwards. Loops of several
/// stages, or with packed operands, go through rows in pieces of [#PIECE] elements, so that scratch
/// rows stay in the first-level cache.
final class LoopStages {
  /// How many elements of a row are computed at a time when scratch rows are needed.
  private static final int PIECE = 1024;

  /// Longest stretch given to a kernel at once.
  private static final int LONGEST = 1 << 20;

  /// Rows shorter than this are not worth vectors with a mask.
  private static final int SHORTEST = 8;

  private final int operands;
  private final long[] steps;
  private final int[] elementBytes;
  private final boolean[] packed;
  private final Stage[] stages;
  private final Kernel[] kernels;

  /// For each stage what its row of addresses consists of: an operand or output by its number, or a
  /// scratch row by the complement of its number.
  private final int[][] rowSources;

  private final int packedRows;
  private final int scratchRows;

  /// @param steps from one element to the next of each operand and each output, in bytes, of
  ///   counters in values
  /// @param length of a row
  /// @param overwriting for each operand the output that lies where it does, or -1
  LoopStages(Loop loop, long[] steps, long length, int[] overwriting, Kernels kernels) {
    this.operands = loop.operands().size();
    this.steps = steps.clone();
    this.elementBytes = new int[steps.length];
    this.packed = new boolean[steps.length];
    boolean[] uniform = new boolean[operands];
    for (int i = 0; i < steps.length; i++) {
      boolean isOperand = i < operands;
      boolean counter = isOperand && loop.operands().get(i) instanceof Operand.Counter;
      elementBytes[i] = (isOperand ? loop.dtype(i) : loop.outputDtype(i - operands)).bytes();
      if (isOperand) {
        uniform[i] = steps[i] == 0;
      }
      packed[i] =
          !counter && length > 1 && steps[i] != elementBytes[i] && !(isOperand && steps[i] == 0);
    }
    Stages divided = Stages.of(loop, uniform, kernels.vectors() && length >= SHORTEST);
    for (int i = 0; i < operands; i++) {
      packed[i] |=
          overwriting[i] >= 0 && !uniform[i] && isReadAfter(i, overwriting[i], divided.stages());
    }
    this.stages = divided.stages().toArray(Stage[]::new);
    this.kernels = new Kernel[stages.length];
    this.rowSources = new int[stages.length][];
    for (int i = 0; i < stages.length; i++) {
      this.kernels[i] = kernels.kernel(stages[i]);
      rowSources[i] =
          Stream.concat(stages[i].inputs().stream(), stages[i].outputs().stream())
              .mapToInt(this::source)
              .toArray();
    }
    int rows = 0;
    for (boolean flag : packed) {
      rows += flag ? 1 : 0;
    }
    this.packedRows = rows;
    this.scratchRows = rows + (stages.length > 1 ? Math.max(1, divided.scratch().size()) : 0);
  }

  /// Whether a later stage reads an operand than the one that writes an output.
  private static boolean isReadAfter(int operand, int output, List<Stage> stages) {
    boolean written = false;
    for (Stage stage : stages) {
      if (written && stage.inputs().contains(new Stage.OperandRow(operand))) {
        return true;
      }
      written |= stage.outputs().contains(new Stage.OutputRow(output));
    }
    return false;
  }

  private int source(Stage.Place place) {
    return switch (place) {
      case Stage.OperandRow(int operand) -> operand;
      case Stage.OutputRow(int output) -> operands + output;
      case Stage.ScratchRow(int index) -> ~index;
    };
  }

  /// How many rows of so many elements a [Runner] computes at once.
  long rowsAtOnce(long length) {
    if (packedRows > 0 || length == 0) {
      return 1;
    }
    return Math.max(1, (scratchRows == 0 ? LONGEST : PIECE) / length);
  }

  /// How much scratch memory a [Runner] needs.
  long scratchBytes() {
    return (long) scratchRows * PIECE * 8;
  }

  /// What there is to say about how rows are computed, for people.
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (stages.length > 1) {
      notes.add(stages.length + " stages");
    }
    String packedPlaces =
        IntStream.range(0, packed.length)
            .filter(i -> packed[i])
            .mapToObj(i -> i < operands ? "%" + i : "output " + (i - operands))
            .collect(Collectors.joining(" and "));
    if (!packedPlaces.isEmpty()) {
      notes.add(packedPlaces + " packed row by row");
    }
    return notes;
  }

  Runner runner() {
    return new Runner();
  }

  /// What one thread needs to run the kernels.
  final class Runner {
    private final long[][] rows = new long[stages.length][];
    private final long[][] ofRows = new long[stages.length][];
    private final long[] packedAddresses = new long[steps.length];

    private Runner() {
      for (int i = 0; i < stages.length; i++) {
        rows[i] = new long[stages[i].inputs().size() * 2 + stages[i].outputs().size()];
        ofRows[i] = new long[rows[i].length];
        setCounterSteps(i);
      }
    }

    private void setCounterSteps(int stage) {
      Stage made = stages[stage];
      int next = made.inputs().size() + made.outputs().size();
      for (int i = 0; i < made.inputs().size(); i++) {
        if (made.loop().operands().get(i) instanceof Operand.Counter
            && !made.uniform().get(i)
            && made.inputs().get(i) instanceof Stage.OperandRow(int operand)) {
          rows[stage][next++] = steps[operand];
        }
      }
    }

    /// Computes a stretch of a row.
    ///
    /// @param addresses of the first element of each operand and each output, of counters the first
    ///   value
    /// @param scratch where there is room for [#scratchBytes]
    void run(long[] addresses, long count, long scratch) {
      if (stages.length == 0) {
        return;
      }
      if (scratchRows == 0) {
        runDirect(addresses, count);
      } else {
        runPieces(addresses, count, scratch);
      }
    }

    /// Computes some rows.
    ///
    /// @param count the length of a row
    /// @param rowSteps from one row to the next of each operand and each output
    /// @param rowCount not more than [#rowsAtOnce]
    void run(long[] addresses, int count, long[] rowSteps, int rowCount, long scratch) {
      for (int i = 0; i < stages.length; i++) {
        fill(i, addresses, 0, scratch);
        int[] sources = rowSources[i];
        for (int j = 0; j < sources.length; j++) {
          ofRows[i][j] = sources[j] < 0 ? count * 8L : rowSteps[sources[j]];
        }
        kernels[i].run(rows[i], count, ofRows[i], rowCount);
      }
    }

    private void runDirect(long[] addresses, long length) {
      int count;
      for (long start = 0; start < length; start += count) {
        count = (int) Math.min(LONGEST, length - start);
        fill(0, addresses, start, 0);
        kernels[0].run(rows[0], count);
      }
    }

    private void runPieces(long[] addresses, long length, long scratch) {
      int count;
      for (long start = 0; start < length; start += count) {
        count = (int) Math.min(PIECE, length - start);
        pack(addresses, scratch, start, count);
        for (int i = 0; i < stages.length; i++) {
          fill(i, addresses, start, scratch + packedRows * (PIECE * 8L));
          kernels[i].run(rows[i], count);
        }
        unpack(addresses, start, count);
      }
    }

    private void pack(long[] addresses, long scratch, long start, int count) {
      long next = scratch;
      for (int i = 0; i < steps.length; i++) {
        if (packed[i]) {
          packedAddresses[i] = next;
          next += PIECE * 8L;
          if (i < operands) {
            Strided.copy(
                addresses[i] + start * steps[i],
                steps[i],
                packedAddresses[i],
                elementBytes[i],
                count,
                elementBytes[i]);
          }
        }
      }
    }

    private void unpack(long[] addresses, long start, int count) {
      for (int i = operands; i < steps.length; i++) {
        if (packed[i]) {
          Strided.copy(
              packedAddresses[i],
              elementBytes[i],
              addresses[i] + start * steps[i],
              steps[i],
              count,
              elementBytes[i]);
        }
      }
    }

    private void fill(int stage, long[] addresses, long start, long scratch) {
      long[] row = rows[stage];
      int[] sources = rowSources[stage];
      for (int i = 0; i < sources.length; i++) {
        int source = sources[i];
        row[i] =
            source < 0
                ? scratch + ~source * (PIECE * 8L)
                : packed[source]
                    ? packedAddresses[source]
                    : addresses[source] + start * steps[source];
      }
    }
  }
}
