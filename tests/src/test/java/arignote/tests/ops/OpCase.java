package arignote.tests.ops;

import arignote.ir.Apply;
import arignote.ir.Bindings;
import arignote.ir.Dim;
import arignote.ir.EvaluationException;
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
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;

/// A graph that applies an op once, and inputs for it; the same every time.
///
/// @param name tells the case from all others, such as `exp(f32[5,7]) transposed`
/// @param op the op under test; the graph may hold others, that make its operands
/// @param graph its outputs are the op's results
/// @param inputs values of the graph's inputs
/// @param longerInputs other values of them, every symbol being longer by 1; empty without symbols
/// @param tolerance how far results may be from those of the reference
public record OpCase(
    String name,
    Op op,
    Graph graph,
    List<HostTensor> inputs,
    List<HostTensor> longerInputs,
    Tolerance tolerance) {
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
    longerInputs = List.copyOf(longerInputs);
  }

  static OpCase of(Example example, List<Layout> layouts, Values values) {
    String name = nameOf(example, layouts, values);
    List<Input> inputs = new ArrayList<>();
    List<Variable> operands = new ArrayList<>();
    for (int i = 0; i < layouts.size(); i++) {
      Operand operand = example.operands().get(i);
      Variable variable = layouts.get(i).make("x" + i, operand.type());
      operands.add(variable);
      inputs.add(inputOf(variable));
    }
    Apply apply = Apply.of(example.op(), operands);
    Graph graph = new Graph(inputs, List.copyOf(apply.results()));
    boolean symbolic = SYMBOL.matcher(example.toString()).find();
    if (symbolic) {
      Set<Dim> unbound = unboundSymbols(graph);
      if (!unbound.isEmpty()) {
        inputs.add(new Input("sizes", sizesOnly(unbound)));
        graph = new Graph(inputs, graph.outputs());
      }
    }
    return new OpCase(
        name,
        example.op(),
        graph,
        values(name, example, inputs, values, 0),
        symbolic ? values(name, example, inputs, values, 1) : List.of(),
        example.tolerance());
  }

  /// Values of the inputs, of the operands and perhaps of one behind them for sizes only, with
  /// symbols bound to what they are named for and `growth` more.
  private static List<HostTensor> values(
      String name, Example example, List<Input> inputs, Values values, long growth) {
    Random random = new Random(SEED ^ name.hashCode() ^ growth);
    List<HostTensor> tensors = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      DType dtype = inputs.get(i).type().dtype();
      long[] shape = Sizes.lengths(inputs.get(i).type(), growth);
      tensors.add(
          i < example.operands().size()
              ? valueOf(example.operands().get(i).domain(), dtype, shape, i, values, random)
              : HostTensor.zeros(dtype, shape));
    }
    return tensors;
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
      Domain domain, DType dtype, long[] shape, int operand, Values values, Random random) {
    return switch (values) {
      case ORDINARY -> domain.ordinary(dtype, shape, random);
      case SPECIAL ->
          domain.specials().isEmpty()
              ? domain.ordinary(dtype, shape, random)
              : domain.special(dtype, shape, random);
      case SEPARATED -> domain.separated(dtype, shape, operand, random);
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

  /// The case with its longer inputs; empty if there are none, or the op has no result for them.
  public Optional<OpCase> longer() {
    if (longerInputs.isEmpty()) {
      return Optional.empty();
    }
    OpCase longer = new OpCase(name + " longer", op, graph, longerInputs, List.of(), tolerance);
    try {
      longer.expected();
      return Optional.of(longer);
    } catch (EvaluationException e) {
      return Optional.empty();
    }
  }

  /// The case with its graph rewritten.
  public OpCase withGraph(Graph rewritten) {
    return new OpCase(name, op, rewritten, inputs, longerInputs, tolerance);
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
