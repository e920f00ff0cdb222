package arignote.plan;

import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.stream.Collectors;

/// What a compiled function does when it is called with some lengths, for people to read: its
/// buffers, its steps in the order in which they run, and the loops that were generated for it.
/// Every backend describes its programs so; [#toString] is the text.
///
/// @param function the function's name
/// @param lengths what each symbol stands for
/// @param memory how many bytes a call needs for values between steps
/// @param buffers all that the steps use, but for rows, which the loop that they belong to explains
/// @param kernels the code of generated loops by name, in the order of the steps that run them
public record Plan(
    String function,
    SortedMap<String, Long> lengths,
    long memory,
    List<Buffer> buffers,
    List<Step> steps,
    SequencedMap<String, String> kernels) {
  /// Whose memory a buffer is.
  public enum Kind {
    INPUT("input"),
    SHARED("shared"),
    CONSTANT("constant"),
    RESULT("result"),
    /// A part of the function's own memory.
    MEMORY("buffer"),
    /// Another stretch of memory in each step of a loop.
    ROW("row");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /// `input`, `buffer`, ...
    public String word() {
      return word;
    }
  }

  /// A stretch of memory.
  ///
  /// @param name `%x` of an input, `@w` of a shared variable, `#0` of a constant; others have plain
  ///   names
  /// @param offset where it starts in the function's own memory, if it lies there
  public record Buffer(Kind kind, String name, long bytes, OptionalLong offset) {}

  /// A tensor in a buffer: the values that a step reads or writes.
  public record Access(Buffer buffer, DType dtype, Layout layout) {
    /// Whether the elements lie row by row from the start of the buffer.
    public boolean isDense() {
      return layout.offset() == 0 && layout.isDense();
    }

    /// How many bytes are touched; elements that are repeated by a stride of 0 count once.
    public long bytes() {
      long elements = 1;
      for (int axis = 0; axis < layout.rank(); axis++) {
        elements *= layout.stride(axis) == 0 ? Math.min(1, layout.dim(axis)) : layout.dim(axis);
      }
      return elements * dtype.bytes();
    }

    /// `m0: f32[4,3]`; with `+ 2` the number of the first element and `by [1,4]` the strides, where
    /// it is not dense.
    @Override
    public String toString() {
      StringBuilder text = new StringBuilder(buffer.name());
      text.append(layout.offset() == 0 ? "" : " + " + layout.offset());
      text.append(": ").append(dtype).append(layout.rank() == 0 ? "" : list(layout.shape()));
      return text.append(layout.isDense() ? "" : " by " + list(layout.strides())).toString();
    }

    private static String list(long[] numbers) {
      return Layout.listToString(numbers);
    }
  }

  /// One step: a call of a library, a generated loop, a copy, or a loop over steps.
  ///
  /// @param op what is done
  /// @param kernel the name of the generated loop that does it
  /// @param notes what else there is to say, `m=16`
  /// @param parts the steps inside: of a loop, of each branch of a conditional
  public record Step(
      String op,
      Optional<String> kernel,
      List<Access> reads,
      List<Access> writes,
      List<String> notes,
      List<Part> parts) {
    public Step {
      reads = List.copyOf(reads);
      writes = List.copyOf(writes);
      notes = List.copyOf(notes);
      parts = List.copyOf(parts);
    }

    /// A step without a kernel and without steps inside.
    public static Step of(String op, List<Access> reads, List<Access> writes, String... notes) {
      return new Step(op, Optional.empty(), reads, writes, List.of(notes), List.of());
    }

    /// The same with more to say.
    public Step noting(List<String> more) {
      List<String> all = new ArrayList<>(notes);
      all.addAll(more);
      return new Step(op, kernel, reads, writes, all, parts);
    }

    /// The same, done by a generated loop.
    public Step by(String name) {
      return new Step(op, Optional.of(name), reads, writes, notes, parts);
    }

    /// Whether a result is written where an operand lies.
    public boolean isInPlace() {
      return writes.stream()
          .anyMatch(write ->
              reads.stream()
                  .anyMatch(read ->
                      read.buffer().equals(write.buffer())
                          && read.layout().samePositions(write.layout())));
    }

    /// Whether a shared variable is written.
    public boolean isUpdate() {
      return writes.stream().anyMatch(write -> write.buffer().kind() == Kind.SHARED);
    }

    /// How many bytes are read and written; of steps with steps inside, 0.
    public long bytes() {
      return reads.stream().mapToLong(Access::bytes).sum()
          + writes.stream().mapToLong(Access::bytes).sum();
    }
  }

  /// Steps inside of a step.
  ///
  /// @param label `step`, `then`, ...
  /// @param facts what holds for them, one line each
  public record Part(String label, List<String> facts, List<Step> steps) {
    public Part {
      facts = List.copyOf(facts);
      steps = List.copyOf(steps);
    }
  }

  public Plan {
    buffers = List.copyOf(buffers);
    steps = List.copyOf(steps);
  }

  /// ```
  /// plan @main(B=4) {
  ///   input    %x 48 bytes
  ///   shared   @w 12 bytes
  ///   result   result0 48 bytes
  ///   memory 0 bytes
  ///
  ///   loop k0 %x: f32[4,3], @w: f32[4,3] by [0,1] -> result0: f32[4,3] {2 operations, 108 bytes}
  /// }
  /// ```
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("plan @").append(function).append('(');
    text.append(
        lengths.entrySet().stream()
            .map(Map.Entry::toString)
            .collect(Collectors.joining(", ", "", ") {\n")));
    for (Buffer buffer : buffers) {
      text.append("  %-8s %s ".formatted(buffer.kind().word(), buffer.name()));
      text.append(buffer.bytes()).append(" bytes");
      buffer.offset().ifPresent(offset -> text.append(" at ").append(offset));
      text.append('\n');
    }
    text.append("  memory ").append(memory).append(" bytes\n\n");
    write(steps, "  ", text);
    return text.append("}\n").toString();
  }

  private static void write(List<Step> steps, String indent, StringBuilder text) {
    for (Step step : steps) {
      text.append(indent).append(step.op());
      step.kernel().ifPresent(kernel -> text.append(' ').append(kernel));
      text.append(step.reads().isEmpty() ? "" : " ").append(joined(step.reads()));
      text.append(step.writes().isEmpty() ? "" : " -> ").append(joined(step.writes()));
      text.append(notes(step)).append('\n');
      for (Part part : step.parts()) {
        text.append(indent).append("  ").append(part.label()).append(" {\n");
        for (String fact : part.facts()) {
          text.append(indent).append("    ").append(fact).append('\n');
        }
        write(part.steps(), indent + "    ", text);
        text.append(indent).append("  }\n");
      }
    }
  }

  private static String notes(Step step) {
    StringBuilder text = new StringBuilder();
    step.notes().forEach(note -> text.append(", ").append(note));
    text.append(step.isInPlace() ? ", in place" : "").append(step.isUpdate() ? ", update" : "");
    text.append(step.bytes() == 0 ? "" : ", " + step.bytes() + " bytes");
    return text.isEmpty() ? "" : " {" + text.substring(2) + "}";
  }

  private static String joined(List<Access> accesses) {
    return accesses.stream().map(Access::toString).collect(Collectors.joining(", "));
  }
}
