package arignote.backend.cpu;

import arignote.backend.cpu.kernel.Loop;
import arignote.backend.cpu.kernel.Operand;
import arignote.backend.cpu.kernel.Step;
import arignote.plan.Layout;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.View;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// A generated loop for people: as an instruction of the plan, and as scalar code in the words of
/// the IR with its axes and strides.
final class LoopText {
  private final Loop loop;
  private final long[] shape;
  private final List<LoopNest.Place> places;
  private final Nest nest;
  private final PlanWriter writer;

  /// @param shape of the loop before axes are joined
  /// @param places of the operands, then of the outputs
  /// @param nest over the places
  LoopText(Loop loop, long[] shape, List<LoopNest.Place> places, Nest nest, PlanWriter writer) {
    this.loop = loop;
    this.shape = shape;
    this.places = places;
    this.nest = nest;
    this.writer = writer;
  }

  /// @param notes on how the loop runs
  Plan.Step describe(List<String> notes) {
    int operands = loop.operands().size();
    List<Plan.Access> reads = new ArrayList<>();
    List<Plan.Access> writes = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      if (!isCounter(i)) {
        (i < operands ? reads : writes).add(access(i));
      }
    }
    String name = writer.nextKernel();
    writer.kernel(name, code(name, notes));
    List<String> all = new ArrayList<>();
    all.add(loop.steps().size() + (loop.steps().size() == 1 ? " operation" : " operations"));
    all.addAll(notes);
    return new Plan.Step("loop", Optional.of(name), reads, writes, all, List.of());
  }

  private boolean isCounter(int place) {
    return place < loop.operands().size() && loop.operands().get(place) instanceof Operand.Counter;
  }

  private DType dtype(int place) {
    int operands = loop.operands().size();
    return place < operands ? loop.dtype(place) : loop.outputDtype(place - operands);
  }

  private Plan.Access access(int index) {
    LoopNest.Place place = places.get(index);
    DType dtype = dtype(index);
    long[] strides = place.strides();
    for (int axis = 0; axis < strides.length; axis++) {
      strides[axis] /= dtype.bytes();
    }
    Layout layout = Layout.of(place.offset() / dtype.bytes(), shape, strides);
    return writer.access(new View(place.slot(), layout, dtype));
  }

  private String code(String name, List<String> notes) {
    StringBuilder text = new StringBuilder("kernel ").append(name).append(" {");
    notes.forEach(note -> text.append("  // ").append(note));
    text.append('\n');
    String indent = "  ";
    for (int axis = 0; axis < nest.rank(); axis++) {
      text.append(indent).append("for ").append(index(axis)).append(" in 0..");
      text.append(nest.length(axis)).append(" {\n");
      indent += "  ";
    }
    for (int i = 0; i < loop.operands().size(); i++) {
      line(text, indent, i, isCounter(i) ? position(i, 1) : element(i));
    }
    for (int i = 0; i < loop.steps().size(); i++) {
      line(text, indent, loop.operands().size() + i, call(loop.steps().get(i)));
    }
    for (int i = 0; i < loop.outputs().size(); i++) {
      text.append(indent).append(element(loop.operands().size() + i)).append(" = %");
      text.append(loop.outputs().get(i)).append('\n');
    }
    for (int axis = nest.rank(); axis >= 0; axis--) {
      text.append("  ".repeat(axis)).append("}\n");
    }
    return text.toString();
  }

  private void line(StringBuilder text, String indent, int value, String what) {
    text.append(indent).append('%').append(value).append(" = ").append(what);
    text.append(" : ").append(loop.dtype(value)).append('\n');
  }

  private static String index(int axis) {
    return axis < 6 ? String.valueOf((char) ('i' + axis)) : "i" + axis;
  }

  private String element(int place) {
    return writer.name(places.get(place).slot())
        + "["
        + position(place, dtype(place).bytes())
        + "]";
  }

  /// Where an element lies, or the value of a counter.
  private String position(int place, long unit) {
    List<String> terms = new ArrayList<>();
    for (int axis = 0; axis < nest.rank(); axis++) {
      long stride = nest.stride(place, axis) / unit;
      if (stride != 0) {
        terms.add(stride == 1 ? index(axis) : stride + "*" + index(axis));
      }
    }
    long offset = places.get(place).offset() / unit;
    if (offset != 0 || terms.isEmpty()) {
      terms.add(Long.toString(offset));
    }
    return String.join(" + ", terms).replace("+ -", "- ");
  }

  /// A step in the words of the IR, arguments by their numbers.
  static String call(Step step) {
    return switch (step) {
      case Step.Literal literal -> literal(literal);
      case Step.Unary unary -> call(unary.fn().mnemonic(), step);
      case Step.Binary binary -> call(binary.fn().mnemonic(), step);
      case Step.Compare compare -> call(compare.fn().mnemonic(), step);
      case Step.Select _ -> call("select", step);
      case Step.Cast _ -> call("cast", step);
      case Step.Fma _ -> call("fma", step);
      case Step.Bits bits -> call(bits.fn().name().toLowerCase(Locale.ROOT) + "_bits", step);
      case Step.Shift shift -> call("shift_bits<" + shift.left() + ">", step);
    };
  }

  private static String literal(Step.Literal literal) {
    return switch (literal.dtype()) {
      case BOOL -> literal.bits() == 0 ? "false" : "true";
      case I32, I64 -> Long.toString(literal.bits());
      case F32 -> Float.toString((float) literal.asDouble());
      case F64 -> Double.toString(literal.asDouble());
    };
  }

  private static String call(String mnemonic, Step step) {
    return step.arguments().stream()
        .map(argument -> "%" + argument)
        .collect(Collectors.joining(", ", mnemonic + "(", ")"));
  }
}
