package arignote.backend.cpu;

import arignote.ir.Bindings;
import arignote.ir.Shared;
import arignote.plan.BufferNames;
import arignote.plan.Plan;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.TreeMap;

/// The description of a prepared program while it is put together. Buffers inside of the function's
/// own memory, and kernels, get their names in the order in which instructions mention them.
final class PlanWriter {
  private final Prepared prepared;
  private final BufferNames names = new BufferNames();
  private final Map<Slot, Plan.Buffer> buffers = new LinkedHashMap<>();
  private final SequencedMap<String, String> kernels = new LinkedHashMap<>();

  private PlanWriter(Prepared prepared) {
    this.prepared = prepared;
  }

  static Plan write(String function, Bindings bindings, Prepared prepared) {
    return new PlanWriter(prepared).write(function, bindings);
  }

  private Plan write(String function, Bindings bindings) {
    ProgramSlots program = prepared.program();
    for (int i = 0; i < program.inputs().size(); i++) {
      String name = names.named(Plan.Kind.INPUT, program.inputNames().get(i));
      put(program.inputs().get(i), Plan.Kind.INPUT, name);
    }
    for (Map.Entry<Shared, Slot> shared : program.shared().entrySet()) {
      String name = names.named(Plan.Kind.SHARED, shared.getKey().name());
      put(shared.getValue(), Plan.Kind.SHARED, name);
    }
    for (ProgramSlots.Result result : program.results()) {
      put(result.slot(), Plan.Kind.RESULT, names.next(Plan.Kind.RESULT));
    }
    List<Plan.Step> steps = prepared.describe(this);
    return new Plan(
        function,
        new TreeMap<>(bindings.lengths()),
        prepared.bytes(),
        buffers.values().stream().filter(buffer -> buffer.kind() != Plan.Kind.ROW).toList(),
        steps,
        kernels);
  }

  private Plan.Buffer put(Slot slot, Plan.Kind kind, String name) {
    OptionalLong offset =
        slot.kind() == Slot.Kind.ARENA
            ? OptionalLong.of(prepared.offset(slot))
            : OptionalLong.empty();
    Plan.Buffer buffer = new Plan.Buffer(kind, name, slot.bytes(), offset);
    buffers.put(slot, buffer);
    return buffer;
  }

  /// The buffer of a slot.
  Plan.Buffer buffer(Slot slot) {
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
  Plan.Access access(View view) {
    return new Plan.Access(buffer(view.slot()), view.dtype(), view.layout());
  }

  /// The descriptions of some instructions.
  List<Plan.Step> describe(Instruction... instructions) {
    return Arrays.stream(instructions).map(instruction -> instruction.describe(this)).toList();
  }

  /// A step that reads some views and writes one.
  Plan.Step step(String op, List<View> reads, View write, String... notes) {
    return Plan.Step.of(
        op, reads.stream().map(this::access).toList(), List.of(access(write)), notes);
  }

  /// The name of the next kernel; [#kernel] says what it computes.
  String nextKernel() {
    return "k" + kernels.size();
  }

  /// Adds the code of a kernel.
  void kernel(String name, String code) {
    kernels.put(name, code);
  }
}
