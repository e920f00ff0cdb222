package arignote.plan;

import arignote.ir.Bindings;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.TreeMap;

/// The description of a prepared program while it is put together. Buffers inside of the program's
/// own memory, and kernels, get their names in the order in which instructions mention them.
public final class PlanWriter {
  /// A program that is prepared for known lengths.
  public interface Program {
    /// What it exchanges with its caller.
    ProgramSlots slots();

    /// How much memory a call needs for values in between.
    long bytes();

    /// Where a slot starts in that memory.
    long offset(Slot slot);

    /// What the instructions do.
    List<Plan.Step> describe(PlanWriter writer);
  }

  /// A prepared piece of work.
  public interface Described {
    /// What the work is, for people who read the plan.
    Plan.Step describe(PlanWriter writer);
  }

  private final Program program;
  private final BufferNames names = new BufferNames();
  private final Map<Slot, Plan.Buffer> buffers = new LinkedHashMap<>();
  private final SequencedMap<String, String> kernels = new LinkedHashMap<>();
  private final Map<String, String> kernelNames = new HashMap<>();

  private PlanWriter(Program program) {
    this.program = program;
  }

  /// The plan of a program.
  ///
  /// @param function the function's name
  /// @param bindings what it is prepared for
  public static Plan write(String function, Bindings bindings, Program program) {
    return new PlanWriter(program).write(function, bindings);
  }

  private Plan write(String function, Bindings bindings) {
    program
        .slots()
        .inputs()
        .forEach(input ->
            put(input.slot(), Plan.Kind.INPUT, names.named(Plan.Kind.INPUT, input.name())));
    program
        .slots()
        .shared()
        .forEach((shared, slot) ->
            put(slot, Plan.Kind.SHARED, names.named(Plan.Kind.SHARED, shared.name())));
    program
        .slots()
        .results()
        .forEach(result -> put(result.slot(), Plan.Kind.RESULT, names.next(Plan.Kind.RESULT)));
    List<Plan.Step> steps = program.describe(this);
    return new Plan(
        function,
        new TreeMap<>(bindings.lengths()),
        program.bytes(),
        buffers.values().stream().filter(buffer -> buffer.kind() != Plan.Kind.ROW).toList(),
        steps,
        kernels);
  }

  private Plan.Buffer put(Slot slot, Plan.Kind kind, String name) {
    OptionalLong offset =
        slot.kind() == Slot.Kind.ARENA
            ? OptionalLong.of(program.offset(slot))
            : OptionalLong.empty();
    Plan.Buffer buffer = new Plan.Buffer(kind, name, slot.bytes(), offset);
    buffers.put(slot, buffer);
    return buffer;
  }

  /// What the plan calls a slot.
  public String name(Slot slot) {
    return buffer(slot).name();
  }

  private Plan.Buffer buffer(Slot slot) {
    Plan.Buffer known = buffers.get(slot);
    if (known != null) {
      return known;
    }
    Plan.Kind kind =
        switch (slot.kind()) {
          case ARENA -> Plan.Kind.MEMORY;
          case STEPPING -> Plan.Kind.ROW;
          case EXTERNAL, ZERO -> Plan.Kind.CONSTANT;
        };
    return put(slot, kind, names.next(kind));
  }

  /// A view as the plan names it.
  public Plan.Access access(View view) {
    return new Plan.Access(buffer(view.slot()), view.dtype(), view.layout());
  }

  /// Views as the plan names them.
  public List<Plan.Access> access(List<View> views) {
    return views.stream().map(this::access).toList();
  }

  /// The descriptions of some instructions.
  public List<Plan.Step> describe(List<? extends Described> instructions) {
    return instructions.stream().map(instruction -> instruction.describe(this)).toList();
  }

  /// The descriptions of some instructions.
  public List<Plan.Step> describe(Described... instructions) {
    return describe(Arrays.asList(instructions));
  }

  /// A step that reads some views and writes one.
  public Plan.Step step(String op, List<View> reads, View write, String... notes) {
    return Plan.Step.of(op, access(reads), List.of(access(write)), notes);
  }

  /// The name of the next kernel; [#kernel(String, String)] says what it computes.
  public String nextKernel() {
    return "k" + kernels.size();
  }

  /// Adds the code of a kernel.
  public void kernel(String name, String code) {
    kernels.put(name, code);
  }

  /// The name of the kernel with this code.
  public String kernel(String code) {
    return kernelNames.computeIfAbsent(
        code,
        _ -> {
          String name = nextKernel();
          kernel(name, code);
          return name;
        });
  }
}
