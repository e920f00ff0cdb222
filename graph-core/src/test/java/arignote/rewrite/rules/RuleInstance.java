package arignote.rewrite.rules;

import static java.util.Objects.requireNonNull;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Site;
import arignote.ir.TensorType;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Cast;
import arignote.ir.op.Compare;
import arignote.ir.op.CompareFn;
import arignote.ir.op.CoreOp;
import arignote.ir.op.Dot;
import arignote.ir.op.Fill;
import arignote.ir.op.Gather;
import arignote.ir.op.Gemm;
import arignote.ir.op.Op;
import arignote.ir.op.Reduce;
import arignote.ir.op.ReduceFn;
import arignote.ir.op.Scatter;
import arignote.ir.op.Select;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// A random graph that has the form of a rule's left side: what the pattern leaves open is drawn.
final class RuleInstance {
  /// What was drawn does not fit together; another try may.
  static final class Misfit extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Misfit(String message) {
      super(message, null, false, false);
    }
  }

  private static final Site SITE = Site.UNKNOWN;
  private static final double[] CONSTANTS = {
    0, 1, -1, 2, 3, -2, 4, 0.5, -0.5, 1.5, 0.1, 0.25, 7, -3, 1e-3, 100, 1e30, 1e-30
  };

  private final Rule rule;
  private final RandomGenerator random;
  private final boolean scalars;
  private final Map<String, Object> bound = new HashMap<>();
  private final Map<Input, Dim> indexLimits = new LinkedHashMap<>();
  private final List<Input> inputs = new ArrayList<>();
  private final TensorType standard;

  /// The standard type with axes, for what is indexed.
  private final TensorType indexed;

  private RuleInstance(Rule rule, RandomGenerator random, boolean scalars) {
    this.rule = rule;
    this.random = random;
    this.scalars = scalars;
    this.standard = new TensorType(standardDtype(), shape());
    this.indexed = standard.rank() == 0 ? standard.withShape(List.of(dim(), dim())) : standard;
  }

  /// A graph whose output has the form of the left side.
  ///
  /// @param indexLimits for inputs of indices the length below which they have to be
  record Drawn(Graph graph, Map<Input, Dim> indexLimits) {}

  /// Draws a graph.
  ///
  /// @param scalars whether to prefer tensors without axes
  /// @throws Misfit if what was drawn does not fit together
  /// @throws TypeException likewise
  static Drawn draw(Rule rule, RandomGenerator random, boolean scalars) {
    RuleInstance instance = new RuleInstance(rule, random, scalars);
    Variable output = instance.node(rule.left(), Optional.empty());
    return new Drawn(new Graph(instance.inputs, List.of(output)), instance.indexLimits);
  }

  private boolean isGuarded(String name, Guard... guards) {
    return rule.where().stream()
        .anyMatch(condition ->
            condition instanceof Condition.Holds(Guard guard, List<Attribute> arguments)
                && List.of(guards).contains(guard)
                && arguments.stream().anyMatch(new Attribute.Reference(name)::equals));
  }

  private boolean hasGuard(Guard wanted) {
    return rule.where().stream()
        .anyMatch(
            condition -> condition instanceof Condition.Holds(Guard guard, _) && guard == wanted);
  }

  private DType standardDtype() {
    if (hasGuard(Guard.FLOAT) || (random.nextBoolean() && !hasGuard(Guard.DISCRETE))) {
      return random.nextBoolean() ? DType.F32 : DType.F64;
    }
    if (hasGuard(Guard.BOOL) && random.nextBoolean()) {
      return DType.BOOL;
    }
    return any(DType.values());
  }

  private <E> E any(E[] values) {
    return values[random.nextInt(values.length)];
  }

  private Dim dim() {
    return switch (random.nextInt(6)) {
      case 0 -> Dim.of(1);
      case 1, 2 -> Dim.of(2);
      case 3 -> Dim.of(3);
      case 4 -> Dim.symbol("B");
      default -> Dim.symbol("T");
    };
  }

  private List<Dim> shape() {
    int rank = scalars ? 0 : random.nextInt(4);
    List<Dim> shape = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      shape.add(dim());
    }
    return shape;
  }

  private static Variable make(Op op, Variable... operands) {
    return Apply.of(op, List.of(operands), SITE).result();
  }

  private Input input(TensorType type) {
    return input("x", type);
  }

  private Input input(String name, TensorType type) {
    long before = inputs.stream().filter(input -> input.name().matches(name + "[0-9]*")).count();
    Input input = new Input(before == 0 ? name : name + before, type);
    inputs.add(input);
    return input;
  }

  private Variable draw(Pattern pattern, Optional<TensorType> wanted) {
    return switch (pattern) {
      case Pattern.Name name -> name(name, wanted);
      case Pattern.Numeral(double value) -> splat(value, wanted.orElse(standard));
      case Pattern.Truth(boolean value) ->
          splat(value ? 1 : 0, wanted.orElse(standard.withDtype(DType.BOOL)));
      case Pattern.Node node -> node(node, wanted);
      case Pattern.Keep keep -> keep(keep, wanted);
    };
  }

  private Variable name(Pattern.Name pattern, Optional<TensorType> wanted) {
    if (!pattern.isWildcard() && bound.get(pattern.name()) instanceof Variable known) {
      return known;
    }
    TensorType type =
        wanted
            .or(() -> Optional.ofNullable((TensorType) bound.get("type of " + pattern.name())))
            .orElse(standard);
    Variable drawn = leaf(pattern.name(), type);
    bound.put(pattern.name(), drawn);
    return drawn;
  }

  private Variable leaf(String name, TensorType type) {
    for (Condition condition : rule.where()) {
      if (condition instanceof Condition.Is(String subject, Pattern pattern, _)
          && subject.equals(name)) {
        return draw(pattern, Optional.of(type));
      }
    }
    TensorType drawn = shaped(name, type);
    if (isGuarded(
        name,
        Guard.CONSTANT,
        Guard.ZERO,
        Guard.POSITIVE,
        Guard.NEGATIVE,
        Guard.EVEN,
        Guard.WHOLE,
        Guard.POWER_OF_TWO)) {
      double value = isGuarded(name, Guard.ZERO) ? 0 : CONSTANTS[random.nextInt(CONSTANTS.length)];
      return splat(drawn.dtype().isFloat() ? value : Math.rint(value % 100), drawn);
    }
    if (isGuarded(name, Guard.SUM_OF_EXPS)) {
      return sumOfExps(name, drawn);
    }
    if (isGuarded(name, Guard.DIVIDED_BY_FACTOR)) {
      return bound.get("probability") instanceof Variable known
          ? factor(name, known)
          : divided(name, drawn);
    }
    if (isGuarded(name, Guard.BOOL)) {
      return input(name, drawn.withDtype(DType.BOOL));
    }
    if (isGuarded(name, Guard.UNIFORM)) {
      Variable scalar = input(name, TensorType.scalar(drawn.dtype()));
      if (isGuarded(name, Guard.NONZERO)) {
        scalar = make(new Unary(UnaryFn.EXP), scalar);
      }
      return drawn.isScalar() ? scalar : make(new Broadcast(drawn.shape()), scalar);
    }
    if (isGuarded(name, Guard.NONZERO)) {
      return make(new Unary(UnaryFn.EXP), input(name, drawn));
    }
    if (isGuarded(name, Guard.NONNEGATIVE) && drawn.dtype().isFloat()) {
      UnaryFn[] fns = {UnaryFn.ABS, UnaryFn.SQUARE, UnaryFn.EXP, UnaryFn.SQRT, UnaryFn.RELU};
      return make(new Unary(fns[random.nextInt(fns.length)]), input(name, drawn));
    }
    if (isGuarded(name, Guard.NONNEGATIVE, Guard.FINITE)) {
      return make(new Cast(drawn.dtype()), input(name, drawn.withDtype(DType.BOOL)));
    }
    return random.nextInt(12) == 0 && drawn.dtype() != DType.BOOL
        ? splat(random.nextInt(5), drawn)
        : input(name, drawn);
  }

  /// Sums along the last axis, with a shape that broadcasts to the one wanted.
  private Variable sumOfExps(String name, TensorType type) {
    List<Dim> terms = new ArrayList<>(type.shape());
    terms.add(Dim.of(2));
    Variable exps = make(new Unary(UnaryFn.EXP), input(name, type.withShape(terms)));
    return make(new Reduce(ReduceFn.SUM, List.of(type.rank())), exps);
  }

  /// Something divided by a probability, alone or in a sum. Probabilities are moderate, since the
  /// written form has no digits left where 1 less one of them has none.
  private Variable divided(String name, TensorType type) {
    if (!type.dtype().isFloat()) {
      throw new Misfit("probabilities are floats");
    }
    Variable logit = make(new Unary(UnaryFn.TANH), input("logit", type));
    bound.put("logit", logit);
    Variable sigmoid = make(new Unary(UnaryFn.SIGMOID), logit);
    Variable probability =
        random.nextBoolean() ? sigmoid : make(new Binary(BinaryFn.SUB), splat(1, type), sigmoid);
    bound.put("probability", probability);
    Variable quotient = make(new Binary(BinaryFn.DIV), input(name, type), probability);
    return switch (random.nextInt(4)) {
      case 0 -> quotient;
      case 1 -> make(new Binary(BinaryFn.ADD), quotient, input(name, type));
      case 2 -> make(new Binary(BinaryFn.SUB), input(name, type), quotient);
      default ->
          make(
              new Binary(BinaryFn.SUB),
              make(new Binary(BinaryFn.ADD), input(name, type), quotient),
              input(name, type));
    };
  }

  /// The probability, or what it is in other words, or a multiple of that.
  private Variable factor(String name, Variable probability) {
    Variable logit = (Variable) requireNonNull(bound.get("logit"));
    boolean isComplement =
        probability instanceof Result result && result.apply().op() instanceof Binary;
    Variable factor =
        isComplement && random.nextBoolean()
            ? make(new Unary(UnaryFn.SIGMOID), make(new Unary(UnaryFn.NEG), logit))
            : probability;
    return random.nextBoolean()
        ? factor
        : make(new Binary(BinaryFn.MUL), input(name, factor.type()), factor);
  }

  /// A type as guards on the rank want it.
  private TensorType shaped(String name, TensorType type) {
    if (isGuarded(name, Guard.SCALAR)) {
      return type.withShape(List.of());
    }
    if (isGuarded(name, Guard.VECTOR)) {
      return type.withShape(List.of(dim()));
    }
    if (isGuarded(name, Guard.MATRIX) && type.rank() != 2) {
      return type.withShape(List.of(dim(), dim()));
    }
    return type;
  }

  private Variable splat(double value, TensorType type) {
    if (!type.dtype().isFloat() && HostTensor.scalar(type.dtype(), value).item() != value) {
      throw new Misfit(value + " is not a " + type.dtype());
    }
    HostTensor scalar = HostTensor.scalar(type.dtype(), value);
    return type.isScalar()
        ? new Constant(scalar)
        : random.nextBoolean()
            ? make(new Fill(value, type))
            : make(new Broadcast(type.shape()), new Constant(scalar));
  }

  private Variable node(Pattern.Node node, Optional<TensorType> wanted) {
    Class<? extends CoreOp> op =
        node.op().form().<Class<? extends CoreOp>>map(RecordForm::type).orElse(Unary.class);
    if (node.op() instanceof OpPattern.Group(OpGroup group)) {
      return group(group, node, wanted);
    }
    if (op == Unary.class
        || op == Binary.class
        || op == Compare.class
        || op == Select.class
        || op == Cast.class) {
      return elementwise(node, wanted);
    }
    if (op == Gather.class || op == Scatter.class) {
      return indexing(node);
    }
    return structural(node);
  }

  private Variable group(OpGroup group, Pattern.Node node, Optional<TensorType> wanted) {
    TensorType type = wanted.orElse(standard);
    CoreOp op =
        switch (random.nextInt(group == OpGroup.SYMMETRIC ? 2 : 5)) {
          case 0 -> new Binary(any(BinaryFn.values()));
          case 1 -> new Compare(any(CompareFn.values()));
          case 2 -> new Unary(any(UnaryFn.values()));
          case 3 -> new Select();
          default -> new Cast(any(DType.values()));
        };
    if (!group.contains(op)) {
      throw new Misfit("not in the group");
    }
    int count = op instanceof Select ? 3 : op instanceof Unary || op instanceof Cast ? 1 : 2;
    List<Variable> operands = new ArrayList<>();
    int kind = random.nextInt(3);
    for (int i = 0; i < count; i++) {
      TensorType each = op instanceof Select && i == 0 ? type.withDtype(DType.BOOL) : type;
      operands.add(
          node.open() ? anything(each, kind) : draw(node.operands().get(i), Optional.of(each)));
    }
    return Apply.of(op, operands, SITE).result();
  }

  /// Mostly inputs, mostly constants, or mostly copies.
  private Variable anything(TensorType type, int kind) {
    int choice = random.nextInt(4) == 0 ? random.nextInt(3) : kind;
    if (choice == 1) {
      return splat(type.dtype() == DType.BOOL ? random.nextInt(2) : random.nextInt(-3, 5), type);
    }
    if (choice == 2 && !type.isScalar()) {
      List<Dim> source = new ArrayList<>(type.shape());
      if (random.nextBoolean()) {
        source.removeFirst();
      }
      if (!source.isEmpty() && random.nextBoolean()) {
        source.set(random.nextInt(source.size()), Dim.of(1));
      }
      return make(new Broadcast(type.shape()), input(type.withShape(source)));
    }
    return input(type);
  }

  private Map<String, Object> given(Pattern.Node node) {
    Map<String, Object> given = new TreeMap<>();
    node.attributes()
        .forEach((name, attribute) -> {
          if (attribute instanceof Attribute.Reference(String reference)) {
            if (bound.containsKey(reference)) {
              given.put(name, bound.get(reference));
            }
          } else if (attribute instanceof Attribute.Whole(long value)) {
            given.put(name, value);
          } else if (attribute instanceof Attribute.Listed(List<Attribute> elements)) {
            given.put(
                name,
                elements.stream()
                    .<Object>map(element -> ((Attribute.Whole) element).value())
                    .toList());
          }
        });
    return given;
  }

  private CoreOp create(Pattern.Node node, Map<String, Object> attributes) {
    node.attributes()
        .forEach((name, attribute) -> {
          if (attribute instanceof Attribute.Reference reference && !reference.isWildcard()) {
            Object value = requireNonNull(attributes.get(name));
            Object before = bound.putIfAbsent(reference.name(), value);
            if (before != null && !Attribute.same(before, value)) {
              throw new Misfit(reference.name() + " is bound already");
            }
          }
        });
    return node.op().create(attributes);
  }

  private Variable elementwise(Pattern.Node node, Optional<TensorType> wanted) {
    Map<String, Object> given = given(node);
    if (node.op() instanceof OpPattern.Kind(RecordForm form)) {
      if (form.type() == Unary.class) {
        given.putIfAbsent("fn", any(UnaryFn.values()));
      } else if (form.type() == Cast.class) {
        given.putIfAbsent("to", wanted.map(TensorType::dtype).orElse(any(DType.values())));
      }
    }
    CoreOp op = create(node, given);
    List<Optional<Variable>> drawn = new ArrayList<>();
    Optional<TensorType> known = operandType(op, wanted);
    for (Pattern operand : node.operands()) {
      Optional<Variable> early =
          isStructural(operand) || (known.isEmpty() && isBound(operand))
              ? Optional.of(draw(operand, Optional.empty()))
              : Optional.empty();
      drawn.add(early);
      if (early.isPresent() && !(op instanceof Select && drawn.size() == 1)) {
        known = early.map(Variable::type);
      }
    }
    TensorType type = known.orElse(operandStandard(op));
    List<Variable> operands = new ArrayList<>();
    for (int i = 0; i < drawn.size(); i++) {
      TensorType each = op instanceof Select && i == 0 ? type.withDtype(DType.BOOL) : type;
      Pattern operand = node.operands().get(i);
      operands.add(drawn.get(i).orElseGet(() -> draw(operand, Optional.of(each))));
    }
    return Apply.of(op, operands, SITE).result();
  }

  private boolean isBound(Pattern pattern) {
    return pattern instanceof Pattern.Name(String name) && bound.containsKey(name);
  }

  private boolean isStructural(Pattern pattern) {
    return switch (pattern) {
      case Pattern.Keep _ -> true;
      case Pattern.Node node ->
          (node.op().form().isPresent()
                  && !OpGroupTypes.ELEMENTWISE.contains(node.op().form().get().type()))
              || (node.op() instanceof OpPattern.Function
                  && node.operands().stream().anyMatch(this::isStructural));
      case Pattern.Name name ->
          rule.where().stream()
              .anyMatch(condition ->
                  condition instanceof Condition.Is(String subject, Pattern form, _)
                      && subject.equals(name.name())
                      && isStructural(form));
      default -> false;
    };
  }

  /// The element types for pattern tests above.
  private static final class OpGroupTypes {
    static final List<Class<?>> ELEMENTWISE =
        List.of(Unary.class, Binary.class, Compare.class, Select.class, Cast.class);
  }

  private Optional<TensorType> operandType(CoreOp op, Optional<TensorType> wanted) {
    return switch (op) {
      case Compare _ -> wanted.map(type -> type.withDtype(standard.dtype()));
      case Unary(var fn) when fn == UnaryFn.ISNAN || fn == UnaryFn.ISINF ->
          wanted.map(type -> type.withDtype(DType.F32));
      case Cast _ -> wanted.map(type -> type.withDtype(any(DType.values())));
      default -> wanted;
    };
  }

  private TensorType operandStandard(CoreOp op) {
    return op instanceof Cast ? standard.withDtype(any(DType.values())) : standard;
  }

  private Variable keep(Pattern.Keep keep, Optional<TensorType> wanted) {
    if (keep.operand() instanceof Pattern.Node) {
      Variable reduced = draw(keep.operand(), Optional.empty());
      Apply inner = reductionIn(reduced);
      return repeat(reduced, ((Reduce) inner.op()).axes(), inner.operand(0).type().shape());
    }
    TensorType type = wanted.orElse(standard);
    List<Integer> axes = axes(type.rank());
    String name = ((Attribute.Reference) keep.axes()).name();
    if (bound.putIfAbsent(name, axes.stream().map(Integer::longValue).toList()) != null) {
      throw new Misfit("axes are bound already");
    }
    List<Dim> rest = new ArrayList<>();
    for (int axis = 0; axis < type.rank(); axis++) {
      if (!axes.contains(axis)) {
        rest.add(type.dim(axis));
      }
    }
    Variable reduced = draw(keep.operand(), Optional.of(type.withShape(rest)));
    return repeat(reduced, axes, type.shape());
  }

  /// The reduction that a variable is, or that it is computed from last.
  private static Apply reductionIn(Variable variable) {
    return Graph.appliesOf(List.of(variable)).reversed().stream()
        .filter(apply -> apply.op() instanceof Reduce)
        .findFirst()
        .orElseThrow(() -> new Misfit("keep of something that is not reduced"));
  }

  private static Variable repeat(Variable reduced, List<Integer> axes, List<Dim> shape) {
    Nodes nodes =
        new Nodes() {
          @Override
          public Apply make(Op op, List<Variable> operands, Site site) {
            return Apply.of(op, operands, site);
          }

          @Override
          public Constant constant(DType dtype, double value) {
            return new Constant(HostTensor.scalar(dtype, value));
          }
        };
    return new Construction(nodes, SITE).keep(reduced, axes, shape);
  }

  private List<Integer> axes(int rank) {
    List<Integer> axes = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      if (random.nextBoolean()) {
        axes.add(axis);
      }
    }
    return axes;
  }

  private Variable indexing(Pattern.Node node) {
    Map<String, Object> given = given(node);
    Variable x = draw(node.operands().get(0), Optional.of(indexed));
    int rank = x.type().rank();
    if (rank == 0) {
      throw new Misfit("nothing to index");
    }
    given.putIfAbsent("axis", (long) random.nextInt(rank));
    given.putIfAbsent("batch", random.nextBoolean() ? 0L : (long) random.nextInt(rank));
    int axis = ((Number) given.get("axis")).intValue();
    int batch = ((Number) given.get("batch")).intValue();
    if (batch > axis || axis >= rank) {
      throw new Misfit("too many batch axes");
    }
    Variable indices = indices(node.operands().get(1), x.type(), axis, batch);
    CoreOp op = create(node, given);
    if (op instanceof Gather) {
      return make(op, x, indices);
    }
    TensorType updates = make(new Gather(axis, batch), x, indices).type();
    return make(op, x, indices, draw(node.operands().get(2), Optional.of(updates)));
  }

  private Variable indices(Pattern pattern, TensorType x, int axis, int batch) {
    String name = ((Pattern.Name) pattern).name();
    if (bound.get(name) instanceof Variable known) {
      return known;
    }
    if (isGuarded(name, Guard.CONSTANT)) {
      Variable constant = splat(random.nextInt(3), TensorType.scalar(DType.I64));
      bound.put(name, constant);
      return constant;
    }
    List<Dim> shape = new ArrayList<>(x.shape().subList(0, batch));
    for (int more = random.nextInt(3); more > 0; more--) {
      shape.add(dim());
    }
    Input indices =
        input(name, new TensorType(random.nextBoolean() ? DType.I64 : DType.I32, shape));
    indexLimits.put(indices, x.dim(axis));
    bound.put(name, indices);
    return indices;
  }

  private Variable structural(Pattern.Node node) {
    List<Variable> operands = operands(node);
    Map<String, Object> given = given(node);
    TensorType first = operands.getFirst().type();
    RandomAttributes drawn = new RandomAttributes(random, first);
    for (String name : node.op().attributeNames()) {
      if (!given.containsKey(name)) {
        given.put(name, drawn.draw(node.op().form().orElseThrow().type(), name, given));
      }
    }
    CoreOp op = create(node, given);
    return Apply.of(op, operands, SITE).result();
  }

  private List<Variable> operands(Pattern.Node node) {
    List<Variable> operands = new ArrayList<>();
    Class<? extends CoreOp> type = node.op().form().orElseThrow().type();
    if (node.open()) {
      int kind = random.nextInt(3);
      Variable first =
          kind == 0 ? input(standard) : RandomParts.part(random, this::input, standard);
      operands.add(first);
      for (int more = random.nextInt(3); more > 0; more--) {
        operands.add(
            kind == 0
                ? input(standard)
                : kind == 1
                    ? RandomParts.next(random, this::input, operands.getLast())
                    : RandomParts.part(random, this::input, standard));
      }
      return operands;
    }
    if (type == Dot.class) {
      return dotOperands(node);
    }
    if (type == Gemm.class) {
      return gemmOperands(node);
    }
    for (Pattern operand : node.operands()) {
      operands.add(draw(operand, Optional.empty()));
    }
    return operands;
  }

  private List<Variable> dotOperands(Pattern.Node node) {
    Dim inner = dim();
    DType dtype = standard.dtype().isFloat() ? standard.dtype() : DType.F32;
    List<Dim> left = random.nextInt(4) == 0 ? List.of(inner) : List.of(dim(), inner);
    List<Dim> right = random.nextInt(4) == 0 ? List.of(inner) : List.of(inner, dim());
    if (random.nextInt(4) == 0) {
      Dim batch = dim();
      left = new ArrayList<>(left);
      left.addFirst(batch);
      right = new ArrayList<>(right);
      right.addFirst(batch);
      bound.putIfAbsent("b", 1L);
    } else {
      bound.putIfAbsent("b", 0L);
    }
    Variable x = operand(node.operands().get(0), new TensorType(dtype, left));
    Variable y = operand(node.operands().get(1), new TensorType(dtype, right));
    return List.of(x, y);
  }

  private List<Variable> gemmOperands(Pattern.Node node) {
    Dim inner = dim();
    TensorType result =
        new TensorType(random.nextBoolean() ? DType.F32 : DType.F64, List.of(dim(), dim()));
    return List.of(
        operand(node.operands().get(0), result.withShape(List.of(result.dim(0), inner))),
        operand(node.operands().get(1), result.withShape(List.of(inner, result.dim(1)))),
        draw(node.operands().get(2), Optional.of(result)));
  }

  /// An operand of a product of matrices, whose guards on the rank are met by its shape or not at
  /// all.
  private Variable operand(Pattern pattern, TensorType type) {
    if (pattern instanceof Pattern.Name(String name)) {
      Input input = input(name, type);
      bound.put(name, input);
      return input;
    }
    return draw(pattern, Optional.of(type));
  }
}
