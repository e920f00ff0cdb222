package arignote.tests.ops;

import arignote.ir.Apply;
import arignote.ir.Bindings;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Op;
import arignote.ir.text.IrPrinter;
import arignote.reference.Interpreter;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;

/// A graph that applies an op once, and inputs for it; the same every time.
///
/// @param name tells the case from all others, such as `exp(f32[5,7]) transposed`
/// @param op the op under test; the graph may hold others, that make its operands
/// @param graph its outputs are the op's results
/// @param inputs values of the graph's inputs
/// @param tolerance how far results may be from those of the reference
public record OpCase(
    String name, Op op, Graph graph, List<HostTensor> inputs, Tolerance tolerance) {
  /// The start of every case's random numbers, which differ by its name.
  private static final long SEED = 20_110_911;

  /// The symbols that [Sizes] makes.
  private static final Pattern SYMBOL = Pattern.compile("\\bN[0-9]+\\b");

  /// Which values of a domain.
  enum Values {
    ORDINARY,
    SPECIAL,
    SEPARATED
  }

  public OpCase {
    inputs = List.copyOf(inputs);
  }

  static OpCase of(Example example, List<Layout> layouts, Values values) {
    String name = nameOf(example, layouts, values);
    Random random = new Random(SEED ^ name.hashCode());
    List<Input> inputs = new ArrayList<>();
    List<HostTensor> tensors = new ArrayList<>();
    List<Variable> operands = new ArrayList<>();
    for (int i = 0; i < layouts.size(); i++) {
      Operand operand = example.operands().get(i);
      Variable variable = layouts.get(i).make("x" + i, operand.type());
      Input input = inputOf(variable);
      operands.add(variable);
      inputs.add(input);
      tensors.add(valueOf(operand.domain(), input.type(), i, values, random));
    }
    Apply apply = Apply.of(example.op(), operands);
    Graph graph = new Graph(inputs, List.copyOf(apply.results()));
    Set<Dim> unbound = SYMBOL.matcher(example.toString()).find() ? unboundSymbols(graph) : Set.of();
    if (!unbound.isEmpty()) {
      Input sizesOnly = new Input("sizes", sizesOnly(unbound));
      inputs.add(sizesOnly);
      tensors.add(HostTensor.zeros(DType.BOOL, Sizes.lengths(sizesOnly.type())));
      graph = new Graph(inputs, graph.outputs());
    }
    return new OpCase(name, example.op(), graph, tensors, example.tolerance());
  }

  private static String nameOf(Example example, List<Layout> layouts, Values values) {
    StringBuilder name = new StringBuilder(example.toString());
    if (layouts.stream().anyMatch(layout -> layout != Layout.DENSE)) {
      name.append(' ').append(layouts.toString().toLowerCase(Locale.ROOT));
    }
    if (values != Values.ORDINARY) {
      name.append(' ').append(values.name().toLowerCase(Locale.ROOT));
    }
    return name.toString();
  }

  private static Input inputOf(Variable variable) {
    return variable instanceof Input input ? input : (Input) ((Result) variable).apply().operand(0);
  }

  private static HostTensor valueOf(
      Domain domain, TensorType type, int operand, Values values, Random random) {
    long[] shape = Sizes.lengths(type);
    return switch (values) {
      case ORDINARY -> domain.ordinary(type.dtype(), shape, random);
      case SPECIAL ->
          domain.specials().isEmpty()
              ? domain.ordinary(type.dtype(), shape, random)
              : domain.special(type.dtype(), shape, random);
      case SEPARATED -> domain.separated(type.dtype(), shape, operand, random);
    };
  }

  /// The symbols that occur anywhere in a graph, as its text form shows, and that no input binds.
  private static Set<Dim> unboundSymbols(Graph graph) {
    Set<Dim> symbols = new LinkedHashSet<>();
    SYMBOL
        .matcher(IrPrinter.print(graph))
        .results()
        .forEach(match -> symbols.add(Dim.symbol(match.group())));
    graph.inputs().forEach(input -> symbols.removeAll(input.type().shape()));
    return symbols;
  }

  /// A type without elements whose axes bind some symbols.
  private static TensorType sizesOnly(Set<Dim> symbols) {
    List<Dim> shape = new ArrayList<>();
    shape.add(Dim.of(0));
    shape.addAll(symbols);
    return new TensorType(DType.BOOL, shape);
  }

  /// The lengths of the graph's symbols.
  public Bindings bindings() {
    return Interpreter.bind(graph, inputs);
  }

  /// What the reference computes.
  public List<HostTensor> expected() {
    return Interpreter.evaluate(graph, inputs, bindings());
  }

  /// The inputs that a gradient can be taken by.
  public List<Input> floatInputs() {
    return graph.inputs().stream().filter(input -> input.type().dtype().isFloat()).toList();
  }

  boolean hasFloatGradient() {
    return !floatInputs().isEmpty()
        && graph.outputs().stream().anyMatch(output -> output.type().dtype() == DType.F64);
  }

  @Override
  public String toString() {
    return name;
  }
}
