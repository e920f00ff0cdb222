package arignote.ir.text;

import arignote.ArignoteException;
import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Shared;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Op;
import arignote.ir.op.SubGraph;
import arignote.ir.text.IrGrammarParser.BindingContext;
import arignote.ir.text.IrGrammarParser.CallContext;
import arignote.ir.text.IrGrammarParser.CondContext;
import arignote.ir.text.IrGrammarParser.ConstantContext;
import arignote.ir.text.IrGrammarParser.DeclarationContext;
import arignote.ir.text.IrGrammarParser.ExpressionContext;
import arignote.ir.text.IrGrammarParser.FusedContext;
import arignote.ir.text.IrGrammarParser.HeaderContext;
import arignote.ir.text.IrGrammarParser.ParameterContext;
import arignote.ir.text.IrGrammarParser.ResultContext;
import arignote.ir.text.IrGrammarParser.ScanContext;
import arignote.ir.text.IrGrammarParser.StatementContext;
import arignote.ir.text.IrGrammarParser.SubgraphContext;
import arignote.ir.text.IrGrammarParser.TypesContext;
import arignote.ir.text.IrGrammarParser.YieldingContext;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

/// Makes a graph from the parts of its text, which come in their order.
final class GraphBuilder {
  /// Shared variables made anew take at most so much memory, whatever a damaged text says.
  private static final long MAX_ZEROS = 1L << 30;

  private final SourceText source;
  private final ParseOptions options;
  private final ValueReader values;
  private final OpReader ops;
  private final Scope scope;

  private String name = "";
  private final List<Input> inputs = new ArrayList<>();
  private List<TensorType> resultTypes = List.of();
  private List<Variable> outputs = List.of();
  private long zeros;

  GraphBuilder(SourceText source, ParseOptions options) {
    this.source = source;
    this.options = options;
    this.values = new ValueReader(source);
    this.ops = new OpReader(source, values, options.customOps());
    this.scope = new Scope(source, false);
  }

  /// Takes over one of the parts that a graph consists of.
  void add(ParserRuleContext part) {
    switch (part) {
      case HeaderContext header -> header(header);
      case DeclarationContext declaration -> declaration(declaration);
      case StatementContext statement -> statement(statement, scope);
      case ResultContext result -> result(result);
      default -> throw new IllegalStateException("not a part of a graph: " + part.getClass());
    }
  }

  /// The graph, after all its parts.
  ParsedGraph graph() {
    return new ParsedGraph(name, new Graph(inputs, outputs));
  }

  private void header(HeaderContext header) {
    name = Scope.nameOf(header.GLOBAL().getSymbol());
    for (ParameterContext parameter : header.parameter()) {
      inputs.add(input(parameter.LOCAL().getSymbol(), values.type(parameter.type()), scope));
    }
    resultTypes = types(header.types());
  }

  private Input input(Token local, TensorType type, Scope in) {
    Input input = new Input(Scope.nameOf(local), type);
    in.define(local, input);
    return input;
  }

  private List<TensorType> types(@Nullable TypesContext types) {
    return types == null ? List.of() : types.type().stream().map(values::type).toList();
  }

  private void declaration(DeclarationContext declaration) {
    Token global = declaration.GLOBAL().getSymbol();
    TensorType type = values.type(declaration.type());
    Shared given = options.shared().get(Scope.nameOf(global));
    if (given != null && !given.type().equals(type)) {
      throw source.error(
          declaration.type(),
          "the shared variable \"%s\" is %s, the text says %s"
              .formatted(given.name(), given.type(), type));
    }
    scope.declare(global, given != null ? given : zeros(declaration, global, type));
  }

  private Shared zeros(DeclarationContext declaration, Token global, TensorType type) {
    long[] shape = new long[type.rank()];
    double bytes = type.dtype().bytes();
    for (int axis = 0; axis < shape.length; axis++) {
      if (type.dim(axis).constant().isEmpty()) {
        throw source.error(
            declaration.type(), "a shared variable needs known lengths, this one is " + type);
      }
      shape[axis] = type.dim(axis).constant().getAsLong();
      bytes *= shape[axis];
    }
    if (zeros + bytes > MAX_ZEROS) {
      throw source.error(
          declaration.type(),
          "shared variables of more than %d bytes must be given in ParseOptions"
              .formatted(MAX_ZEROS));
    }
    zeros += (long) bytes;
    return new Shared(Scope.nameOf(global), HostTensor.zeros(type.dtype(), shape));
  }

  private void result(ResultContext result) {
    outputs = scope.lookUp(result.operands());
    List<TensorType> found = outputs.stream().map(Variable::type).toList();
    if (!found.equals(resultTypes)) {
      throw source.error(
          result,
          "the graph returns %s, its first line says %s".formatted(list(found), list(resultTypes)));
    }
  }

  private void statement(StatementContext statement, Scope in) {
    List<TensorType> types = types(statement.types());
    List<? extends Variable> results = results(statement.expression(), types, in);
    List<TensorType> inferred = results.stream().map(Variable::type).toList();
    if (!inferred.equals(types)) {
      throw source.error(
          statement.types(),
          "%s makes %s, the line says %s"
              .formatted(statement.expression().getStart().getText(), list(inferred), list(types)));
    }
    if (statement.LOCAL().size() != results.size()) {
      throw source.error(
          statement,
          "%s has %d results, the line names %d"
              .formatted(
                  statement.expression().getStart().getText(),
                  results.size(),
                  statement.LOCAL().size()));
    }
    for (int i = 0; i < results.size(); i++) {
      in.define(statement.LOCAL(i).getSymbol(), results.get(i));
    }
  }

  private List<? extends Variable> results(
      ExpressionContext expression, List<TensorType> types, Scope in) {
    TensorType lineType = types.getFirst();
    return switch (expression) {
      case ConstantContext constant -> List.of(constant(constant, lineType));
      case CallContext call ->
          apply(
              ops.read(call.word(), call.attributes(), lineType), in.lookUp(call.operand()), call);
      case ScanContext scan -> scan(scan, lineType, in);
      case CondContext cond -> cond(cond, lineType, in);
      case FusedContext fused -> fused(fused, lineType, in);
      case SubgraphContext subGraph -> subGraph(subGraph, lineType, in);
      default -> throw new IllegalStateException("not an expression: " + expression.getClass());
    };
  }

  private Constant constant(ConstantContext constant, TensorType lineType) {
    if (!constant.word().getText().equals("value")) {
      throw source.error(
          constant.word(),
          "constant has no attribute " + constant.word().getText() + "; it has value");
    }
    return new Constant(new LiteralReader(source).read(constant.literal(), lineType));
  }

  private List<? extends Variable> scan(ScanContext scan, TensorType lineType, Scope in) {
    Scope body = new Scope(source, true);
    List<Variable> operands = new ArrayList<>();
    List<Input> bodyInputs = new ArrayList<>();
    List<TensorType> sequences = new ArrayList<>();
    for (BindingContext over : scan.over) {
      bind(over, in, body, bodyInputs, operands);
      TensorType sequence = operands.getLast().type();
      if (sequence.isScalar()) {
        throw source.error(over.operand(), "a scan cannot step over a scalar, " + sequence);
      }
      sequences.add(sequence);
    }
    scan.carries.forEach(carry -> bind(carry, in, body, bodyInputs, operands));
    scan.captured.forEach(captured -> bind(captured, in, body, bodyInputs, operands));
    scan.statement().forEach(statement -> statement(statement, body));
    List<Variable> next = body.lookUp(scan.next);
    if (next.size() != scan.carries.size()) {
      throw source.error(
          scan.next == null ? scan : scan.next,
          "the scan carries %d values, its body has %d next ones"
              .formatted(scan.carries.size(), next.size()));
    }
    List<Variable> bodyOutputs = new ArrayList<>(next);
    bodyOutputs.addAll(body.lookUp(scan.stacked));
    Map<String, Object> known = new HashMap<>();
    known.put("body", new Graph(bodyInputs, bodyOutputs));
    known.put("sequences", sequences.size());
    known.put("carries", next.size());
    if (!sequences.isEmpty()) {
      known.put("steps", sequences.getFirst().dim(0));
    }
    OpForm form = OpForm.core("scan");
    return apply(ops.read(form, scan, scan.attributes(), lineType, known), operands, scan);
  }

  private List<? extends Variable> cond(CondContext cond, TensorType lineType, Scope in) {
    List<Variable> operands = new ArrayList<>(List.of(in.lookUp(cond.operand())));
    operands.addAll(outside(cond.captured, in));
    Map<String, Object> branches =
        Map.of(
            "then", graph(cond.captured, cond.then),
            "otherwise", graph(cond.captured, cond.otherwise));
    return apply(ops.read(OpForm.core("cond"), cond, null, lineType, branches), operands, cond);
  }

  private List<? extends Variable> fused(FusedContext fused, TensorType lineType, Scope in) {
    Map<String, Object> body = Map.of("body", graph(fused.captured, fused.yielding()));
    return apply(
        ops.read(OpForm.core("fused"), fused, null, lineType, body),
        outside(fused.captured, in),
        fused);
  }

  private List<? extends Variable> subGraph(
      SubgraphContext subGraph, TensorType lineType, Scope in) {
    Map<String, Object> body = Map.of("body", graph(subGraph.captured, subGraph.yielding()));
    OpForm form = OpForm.ofCustom(SubGraph.class);
    return apply(
        ops.read(form, subGraph, subGraph.attributes(), lineType, body),
        outside(subGraph.captured, in),
        subGraph);
  }

  private static List<Variable> outside(List<BindingContext> captured, Scope in) {
    return captured.stream().map(binding -> in.lookUp(binding.operand())).toList();
  }

  /// A graph of its own over captured values.
  private Graph graph(List<BindingContext> captured, YieldingContext yielding) {
    Scope body = new Scope(source, true);
    List<Input> inputs = new ArrayList<>();
    captured.forEach(binding -> inputs.add(bound(binding, body)));
    yielding.statement().forEach(statement -> statement(statement, body));
    return new Graph(inputs, body.lookUp(yielding.operands()));
  }

  private void bind(
      BindingContext binding,
      Scope outer,
      Scope body,
      List<Input> bodyInputs,
      List<Variable> operands) {
    operands.add(outer.lookUp(binding.operand()));
    bodyInputs.add(bound(binding, body));
  }

  private Input bound(BindingContext binding, Scope body) {
    return input(binding.LOCAL().getSymbol(), values.type(binding.type()), body);
  }

  private List<? extends Variable> apply(
      Op op, List<Variable> operands, ExpressionContext expression) {
    try {
      // Asked first because here the message shows the line itself.
      op.inferTypes(operands.stream().map(Variable::type).toList());
    } catch (ArignoteException e) {
      throw source.error(expression, e);
    }
    return Apply.of(op, operands, source.site(expression.getStart())).results();
  }

  private static String list(List<TensorType> types) {
    return types.isEmpty()
        ? "nothing"
        : types.stream().map(TensorType::toString).collect(Collectors.joining(", "));
  }
}
