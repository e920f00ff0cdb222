package arignote.backend.cpu;

import arignote.backend.cpu.kernel.NodeLoop;
import arignote.backend.cpu.kernel.Operand;
import arignote.backend.cpu.kernel.RowPhases;
import arignote.plan.Layout;
import arignote.plan.LoopBody;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.View;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A loop over rows for people, as an instruction of the plan: what each phase computes in the
/// words of the IR.
///
/// @param shape of the loop
/// @param sources where each operand lies
/// @param targets where each output lies
record RowText(
    NodeLoop node,
    RowPhases phases,
    long[] shape,
    List<LoopNest.Place> sources,
    List<LoopNest.Place> targets) {
  /// @param notes on how the loop runs
  Plan.Step describe(PlanWriter writer, List<String> notes) {
    List<Plan.Access> reads = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      if (node.loop().operands().get(i) instanceof Operand.Memory && !node.isReduced(i)) {
        reads.add(access(writer, sources.get(i), node.loop().dtype(i)));
      }
    }
    List<Plan.Access> writes = new ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      writes.add(access(writer, targets.get(i), node.loop().outputDtype(i)));
    }
    List<Plan.Part> parts = new ArrayList<>();
    for (RowPhases.Phase phase : phases.phases()) {
      parts.add(new Plan.Part("along each row", lines(writer, phase), List.of()));
    }
    if (!phases.end().outputs().isEmpty()) {
      parts.add(new Plan.Part("for each row", lines(writer, phases.end()), List.of()));
    }
    return new Plan.Step("rows", Optional.empty(), reads, writes, notes, parts);
  }

  private Plan.Access access(PlanWriter writer, LoopNest.Place place, DType dtype) {
    long[] strides = place.strides();
    for (int axis = 0; axis < strides.length; axis++) {
      strides[axis] /= dtype.bytes();
    }
    Layout layout = Layout.of(place.offset() / dtype.bytes(), shape, strides);
    return writer.access(new View(place.slot(), layout, dtype));
  }

  private List<String> lines(PlanWriter writer, RowPhases.Phase phase) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < phase.inputs().size(); i++) {
      lines.add("%%%d = %s".formatted(i, name(writer, phase.inputs().get(i))));
    }
    for (int i = 0; i < phase.loop().steps().size(); i++) {
      lines.add(
          "%%%d = %s"
              .formatted(phase.inputs().size() + i, LoopText.call(phase.loop().steps().get(i))));
    }
    for (int i = 0; i < phase.outputs().size(); i++) {
      lines.add(
          "%s = %%%d"
              .formatted(name(writer, phase.outputs().get(i)), phase.loop().outputs().get(i)));
    }
    for (RowPhases.Combined combined : phase.reductions()) {
      lines.add(
          "%s = %s(%s)"
              .formatted(
                  reduced(combined.reduction()),
                  node.reductions().get(combined.reduction()).fn().mnemonic(),
                  name(writer, combined.from())));
    }
    return lines;
  }

  private static String reduced(int reduction) {
    return "reduced" + reduction;
  }

  private String name(PlanWriter writer, RowPhases.Place place) {
    return switch (place) {
      case RowPhases.SourceRow(int operand) ->
          node.isReduced(operand)
              ? reduced(node.reduction(operand))
              : switch (node.body().sources().get(operand)) {
                case LoopBody.Operand _, LoopBody.Elements _ ->
                    writer.name(sources.get(operand).slot());
                case LoopBody.Position(int axis) -> "position along axis " + axis;
                case LoopBody.Length(var dim) -> dim.toString();
              };
      case RowPhases.TargetRow(int output) -> writer.name(targets.get(output).slot());
      case RowPhases.StoredRow(int row) -> "stored" + row;
      case RowPhases.PieceRow(int row) -> "piece" + row;
    };
  }
}
