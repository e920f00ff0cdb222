package arignote.backend.cuda;

import arignote.backend.cuda.kernel.Slot;
import arignote.backend.cuda.kernel.View;
import arignote.ir.Bindings;
import arignote.ir.Shared;
import arignote.plan.BufferNames;
import arignote.plan.Plan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.TreeMap;

/// The description of a prepared program while it is put together. Buffers and kernels get their
/// names in the order in which instructions mention them; kernels of one text are one.
final class PlanWriter {
  private final Prepared prepared;
  private final BufferNames names = new BufferNames();
  private final Map<Slot, Plan.Buffer> buffers = new LinkedHashMap<>();
  private final Map<String, String> kernelNames = new LinkedHashMap<>();

  private PlanWriter(Prepared prepared) {
    this.prepared = prepared;
  }

  static Plan write(String function, Bindings bindings, Prepared prepared) {
    return new PlanWriter(prepared).write(function, bindings);
  }

  private Plan write(String function, Bindings bindings) {
    prepared
        .inputs()
        .forEach(input ->
            put(input.slot(), Plan.Kind.INPUT, names.named(Plan.Kind.INPUT, input.name())));
    for (Map.Entry<Shared, Slot> shared : prepared.shared().entrySet()) {
      String name = names.named(Plan.Kind.SHARED, shared.getKey().name());
      put(shared.getValue(), Plan.Kind.SHARED, name);
    }
    prepared
        .results()
        .forEach(result -> put(result.slot(), Plan.Kind.RESULT, names.next(Plan.Kind.RESULT)));
    List<Plan.Step> steps = describe(prepared.instructions());
    SequencedMap<String, String> kernels = new LinkedHashMap<>();
    kernelNames.forEach((code, name) -> kernels.put(name, code));
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
  private Plan.Buffer buffer(Slot slot) {
    Plan.Buffer known = buffers.get(slot);
    if (known != null) {
      return known;
    }
    Plan.Kind kind =
        switch (slot.kind()) {
          case ARENA -> Plan.Kind.MEMORY;
          case STEPPING -> Plan.Kind.ROW;
          case EXTERNAL -> Plan.Kind.CONSTANT;
        };
    return put(slot, kind, names.next(kind));
  }

  /// What the plan calls a slot.
  String name(Slot slot) {
    return buffer(slot).name();
  }

  /// A view as the plan names it.
  Plan.Access access(View view) {
    return new Plan.Access(buffer(view.slot()), view.dtype(), view.layout());
  }

  /// The descriptions of some instructions.
  List<Plan.Step> describe(List<Instruction> instructions) {
    return instructions.stream().map(instruction -> instruction.describe(this)).toList();
  }

  /// The name of a kernel with this code.
  String kernel(String code) {
    return kernelNames.computeIfAbsent(code, _ -> "k" + kernelNames.size());
  }
}
