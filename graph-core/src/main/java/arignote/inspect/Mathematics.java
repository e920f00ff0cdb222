package arignote.inspect;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Dim;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Shared;
import arignote.ir.Variable;
import arignote.ir.op.ArgReduce;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Cast;
import arignote.ir.op.Compare;
import arignote.ir.op.CompareFn;
import arignote.ir.op.Concat;
import arignote.ir.op.Cond;
import arignote.ir.op.CoreOp;
import arignote.ir.op.Cumulate;
import arignote.ir.op.CustomOp;
import arignote.ir.op.DimSize;
import arignote.ir.op.Dot;
import arignote.ir.op.Fill;
import arignote.ir.op.Fused;
import arignote.ir.op.Gather;
import arignote.ir.op.Gemm;
import arignote.ir.op.Iota;
import arignote.ir.op.Pad;
import arignote.ir.op.Random;
import arignote.ir.op.Reduce;
import arignote.ir.op.Reshape;
import arignote.ir.op.Scan;
import arignote.ir.op.Scatter;
import arignote.ir.op.Select;
import arignote.ir.op.Slice;
import arignote.ir.op.SubGraph;
import arignote.ir.op.Transpose;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import arignote.tensor.DType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Writes an expression as one line of mathematics with as few parentheses as its structure needs,
/// see [Inspect#pp]. What is still to be written is a stack, so that no depth is too deep.
final class Mathematics {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z0-9_]+)*");
  private static final Set<String> WORDS = Set.of("true", "false", "inf", "nan");

  /// What is left to write.
  private sealed interface Piece {}

  private record Text(String text) implements Piece {}

  /// @param place the variable
  /// @param least what the surroundings need; what holds less together gets parentheses
  /// @param depth how many terms it is in
  private record Term(Scope.Place place, Precedence least, int depth) implements Piece {}

  private final int limit;
  private final int mostDeep;
  private final StringBuilder text = new StringBuilder();
  private final Deque<Piece> waiting = new ArrayDeque<>();
  private final Map<Variable, String> names = new IdentityHashMap<>();
  private final Set<String> taken = new HashSet<>(WORDS);

  private Mathematics(int limit, int mostDeep) {
    this.limit = limit;
    this.mostDeep = mostDeep;
  }

  static String print(Variable variable, int limit) {
    return print(variable, limit, Integer.MAX_VALUE);
  }

  /// An expression with `...` for the terms in so many others.
  static String outline(Variable variable, int mostDeep, int limit) {
    return print(variable, limit, mostDeep);
  }

  private static String print(Variable variable, int limit, int mostDeep) {
    Mathematics mathematics = new Mathematics(limit, mostDeep);
    Scope.Place place = Scope.resolve(variable, Optional.empty());
    mathematics.waiting.push(new Term(place, Precedence.COMPARISON, 0));
    return mathematics.write();
  }

  private String write() {
    while (!waiting.isEmpty()) {
      if (text.length() > limit) {
        text.setLength(limit);
        return text.append(" ... (cut after ").append(limit).append(" characters)").toString();
      }
      switch (waiting.pop()) {
        case Text(String piece) -> text.append(piece);
        case Term term -> write(term);
      }
    }
    return text.toString();
  }

  private void write(Term term) {
    switch (term.place().variable()) {
      case Input input -> text.append(name(input, input.name()));
      case Shared shared -> text.append(name(shared, shared.name()));
      case Constant constant -> text.append(Literal.typed(constant));
      case Result result when term.depth() >= mostDeep && !result.apply().operands().isEmpty() ->
          text.append("...");
      case Result result -> {
        Node node = new Node(result, term);
        switch (result.apply().op()) {
          case CoreOp op -> core(op, node);
          case SubGraph(String name, _) -> node.call(name);
          case CustomOp op -> node.call(op.mnemonic());
        }
      }
    }
  }

  /// A name that no other variable has, in backquotes if it is not plain.
  private String name(Variable variable, String name) {
    return names.computeIfAbsent(
        variable,
        _ -> {
          String candidate = name;
          for (int i = 1; !taken.add(candidate); i++) {
            candidate = name + "_" + i;
          }
          return PLAIN.matcher(candidate).matches() ? candidate : "`" + candidate + "`";
        });
  }

  private void core(CoreOp op, Node node) {
    switch (op) {
      case Unary(UnaryFn fn) -> {
        if (fn == UnaryFn.NEG) {
          node.prefix("-", Precedence.NEGATION);
        } else {
          node.call(fn.mnemonic());
        }
      }
      case Binary(BinaryFn fn) -> binary(fn, node);
      case Compare(CompareFn fn) ->
          node.infix(symbol(fn), Precedence.COMPARISON, Precedence.SUM, Precedence.SUM);
      case Select _ -> node.elementwiseCall("select", 1);
      case Cast(var to) -> node.call("cast", to.toString());
      case Reduce reduce -> {
        boolean isAll = reduce.axes().size() == node.rankOfOperand();
        node.call(reduce.mnemonic(), isAll ? List.of() : List.of(reduce.axes().toString()));
      }
      case ArgReduce reduce -> node.call(reduce.mnemonic(), Integer.toString(reduce.axis()));
      case Cumulate(var fn, int axis, boolean reverse) ->
          node.call(
              fn.mnemonic(),
              reverse ? List.of(axis + "", "true") : List.of(Integer.toString(axis)));
      case Dot(int batch) -> node.call("dot", numbersUnlessZero(batch));
      case Gemm(double alpha, double beta) -> {
        DType dtype = node.result.type().dtype();
        node.call("gemm", Literal.number(dtype, alpha), Literal.number(dtype, beta));
      }
      case Broadcast(var shape) -> node.call("broadcast", dims(shape));
      case Reshape(var shape) -> node.call("reshape", dims(shape));
      case Transpose(var permutation) -> {
        List<Integer> reversed = IntStream.range(0, permutation.size()).boxed().toList().reversed();
        node.call(
            "transpose",
            permutation.equals(reversed) ? List.of() : List.of(permutation.toString()));
      }
      case Slice slice when slice.step() == 1 -> slice(slice, node);
      case Slice(int axis, Dim start, Dim size, long step) ->
          node.call("slice", axis + "", start + "", size + "", step + "");
      case Pad(int axis, Dim start, Dim size, long step) ->
          node.call("pad", axis + "", start + "", size + "", step + "");
      case Concat(int axis) -> node.callBehind("concat", Integer.toString(axis));
      case Gather(int axis, int batch) -> node.call("gather", positions(axis, batch));
      case Scatter(var fn, int axis, int batch) -> node.call(fn.mnemonic(), positions(axis, batch));
      case Fill(double value, var type) ->
          node.call("fill", Literal.number(type.dtype(), value), type.toString());
      case Iota(int axis, var type) -> node.call("iota", axis + "", type.toString());
      case DimSize(Dim dim) -> node.call("dim_size", dim.toString());
      case Random(var type) -> node.call("random", type.toString());
      case Scan _ -> node.call("scan");
      case Cond _ -> node.call("cond");
      case Fused _ -> throw new IllegalStateException("loops are looked through");
    }
  }

  private static List<String> numbersUnlessZero(int number) {
    return number == 0 ? List.of() : List.of(Integer.toString(number));
  }

  private static List<String> positions(int axis, int batch) {
    List<String> positions = new ArrayList<>(List.of(Integer.toString(axis)));
    positions.addAll(numbersUnlessZero(batch));
    return positions;
  }

  private static String dims(List<Dim> shape) {
    return shape.stream().map(Dim::toString).collect(Collectors.joining(", ", "[", "]"));
  }

  private static void binary(BinaryFn fn, Node node) {
    switch (fn) {
      case ADD -> node.leftToRight(" + ", Precedence.SUM);
      case SUB -> node.leftToRight(" - ", Precedence.SUM);
      case MUL -> node.leftToRight(" * ", Precedence.PRODUCT);
      case DIV -> node.leftToRight(" / ", Precedence.PRODUCT);
      case FLOORDIV -> node.leftToRight(" // ", Precedence.PRODUCT);
      case MOD -> node.leftToRight(" % ", Precedence.PRODUCT);
      case POW -> node.infix(" ^ ", Precedence.POWER, Precedence.PRIMARY, Precedence.NEGATION);
      case MINIMUM, MAXIMUM, ATAN2, AND, OR, XOR -> node.elementwiseCall(fn.mnemonic(), 0);
    }
  }

  private static String symbol(CompareFn fn) {
    return switch (fn) {
      case EQ -> " == ";
      case NE -> " != ";
      case LT -> " < ";
      case LE -> " <= ";
      case GT -> " > ";
      case GE -> " >= ";
    };
  }

  /// `x[:, 1:3]`.
  private static void slice(Slice slice, Node node) {
    Dim stop = slice.start().plus(slice.size());
    Dim length = node.result.apply().operand(0).type().dim(slice.axis());
    String from = slice.start().is(0) ? "" : slice.start().toString();
    String to = stop.equals(length) && !from.isEmpty() ? "" : stop.toString();
    node.put(
        Precedence.PRIMARY,
        List.of(
            node.operand(0, Precedence.PRIMARY),
            new Text("[" + ":, ".repeat(slice.axis()) + from + ":" + to + "]")));
  }

  /// The result of an op that is being written.
  private final class Node {
    private final Result result;
    private final Optional<Scope> scope;
    private final Precedence least;
    private final int depth;

    Node(Result result, Term term) {
      this.result = result;
      this.scope = term.place().scope();
      this.least = term.least();
      this.depth = term.depth();
    }

    Term operand(int index, Precedence needed) {
      return operand(Scope.resolve(result.apply().operand(index), scope), needed);
    }

    private Term operand(Scope.Place place, Precedence needed) {
      return new Term(place, needed, depth + 1);
    }

    private List<Piece> operands() {
      List<Piece> operands = new ArrayList<>();
      for (int i = 0; i < result.apply().operands().size(); i++) {
        operands.add(operand(i, Precedence.COMPARISON));
      }
      return operands;
    }

    int rankOfOperand() {
      return result.apply().operand(0).type().rank();
    }

    /// Puts pieces where they are written next.
    void put(Precedence own, List<Piece> pieces) {
      boolean parentheses = own.compareTo(least) < 0;
      if (parentheses) {
        waiting.push(new Text(")"));
      }
      pieces.reversed().forEach(waiting::push);
      if (parentheses) {
        waiting.push(new Text("("));
      }
    }

    void prefix(String operator, Precedence own) {
      put(own, List.of(new Text(operator), operand(0, own)));
    }

    void call(String word, String... attributes) {
      call(word, List.of(attributes));
    }

    void call(String word, List<String> attributes) {
      List<Piece> arguments = operands();
      attributes.forEach(attribute -> arguments.add(new Text(attribute)));
      putCall(word, arguments);
    }

    /// A call with an attribute before the operands.
    void callBehind(String word, String attribute) {
      List<Piece> arguments = new ArrayList<>(List.of(new Text(attribute)));
      arguments.addAll(operands());
      putCall(word, arguments);
    }

    private void putCall(String word, List<Piece> arguments) {
      List<Piece> pieces = new ArrayList<>(List.of(new Text(word + "(")));
      for (int i = 0; i < arguments.size(); i++) {
        if (i > 0) {
          pieces.add(new Text(", "));
        }
        pieces.add(arguments.get(i));
      }
      boolean isOneOfMany = result.apply().results().size() > 1;
      pieces.add(new Text(isOneOfMany ? ")." + result.index() : ")"));
      put(Precedence.PRIMARY, pieces);
    }

    void leftToRight(String operator, Precedence own) {
      infix(operator, own, own, own.above());
    }

    void infix(String operator, Precedence own, Precedence left, Precedence right) {
      List<Piece> operands = elementwise(0, List.of(left, right));
      put(own, List.of(operands.get(0), new Text(operator), operands.get(1)));
    }

    /// @param valuesFrom the first operand that has the dtype of the others
    void elementwiseCall(String word, int valuesFrom) {
      int count = result.apply().operands().size();
      putCall(word, elementwise(valuesFrom, Collections.nCopies(count, Precedence.COMPARISON)));
    }

    /// The operands of an elementwise op without the broadcasts that the DSL puts in by itself.
    private List<Piece> elementwise(int valuesFrom, List<Precedence> precedences) {
      Apply apply = result.apply();
      List<Scope.Place> whole =
          apply.operands().stream().map(operand -> Scope.resolve(operand, scope)).toList();
      List<Scope.Place> shown = withoutBroadcasts(whole);
      List<Piece> pieces = new ArrayList<>();
      boolean allLiteral = true;
      for (int i = valuesFrom; i < shown.size(); i++) {
        allLiteral &= literal(shown.get(i).variable()).isPresent();
      }
      for (int i = 0; i < shown.size(); i++) {
        Optional<String> literal =
            i < valuesFrom || (allLiteral && i == valuesFrom)
                ? Optional.empty()
                : literal(shown.get(i).variable());
        pieces.add(
            literal.isPresent()
                ? number(literal.get(), precedences.get(i))
                : operand(shown.get(i), precedences.get(i)));
      }
      return pieces;
    }

    private Text number(String number, Precedence needed) {
      boolean parentheses = number.startsWith("-") && Precedence.NEGATION.compareTo(needed) < 0;
      return new Text(parentheses ? "(" + number + ")" : number);
    }

    /// A number that needs no dtype beside an operand that has one.
    private Optional<String> literal(Variable variable) {
      DType dtype = variable.type().dtype();
      return switch (variable) {
        case Constant constant
            when constant.type().isScalar() && Literal.isBare(dtype, constant.value().item()) ->
            Optional.of(Literal.number(dtype, constant.value().item()));
        default -> Optional.empty();
      };
    }

    private List<Scope.Place> withoutBroadcasts(List<Scope.Place> whole) {
      List<Scope.Place> bare = whole.stream().map(Mathematics::withoutBroadcast).toList();
      for (int kept = -1; kept < whole.size(); kept++) {
        List<Scope.Place> shown = new ArrayList<>(bare);
        if (kept >= 0) {
          shown.set(kept, whole.get(kept));
        }
        if (commonShape(shown).equals(result.type().shape())) {
          return shown;
        }
      }
      return whole;
    }
  }

  private static Scope.Place withoutBroadcast(Scope.Place place) {
    Scope.Place bare = place;
    while (bare.variable() instanceof Result result && result.apply().op() instanceof Broadcast) {
      bare = Scope.resolve(result.apply().operand(0), bare.scope());
    }
    return bare;
  }

  /// The shape that operands are broadcast to by NumPy's rule, if they can be.
  private static List<Dim> commonShape(List<Scope.Place> places) {
    int rank = places.stream().mapToInt(place -> place.variable().type().rank()).max().orElse(0);
    List<Dim> shape = new ArrayList<>(Collections.nCopies(rank, Dim.of(1)));
    for (Scope.Place place : places) {
      List<Dim> dims = place.variable().type().shape();
      for (int axis = 0; axis < dims.size(); axis++) {
        int at = rank - dims.size() + axis;
        if (shape.get(at).is(1)) {
          shape.set(at, dims.get(axis));
        }
      }
    }
    return shape;
  }
}
