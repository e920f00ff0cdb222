package arignote.rewrite.rules;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Graph;
import arignote.ir.Result;
import arignote.ir.Site;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import arignote.ir.op.Concat;
import arignote.ir.op.Op;
import arignote.ir.op.Reduce;
import arignote.rewrite.RewriteLog;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One sweep of rules over one graph.
///
/// Every node is taken once, after its operands: rebuilt with what those became, then rewritten for
/// as long as a rule fires, what a rule built being taken the same way first. So when a rule is
/// tried at a node, nothing fires inside the operands any more, no node is rebuilt twice because of
/// another, and the cost grows with the number of nodes and of firings. The worklist is a stack of
/// its own.
final class Rewriting implements Nodes, Facts {
  private record Scalar(DType dtype, double value) {}

  private record Key(Op op, List<Variable> operands) {}

  /// The firings that led from a node of the graph to one that is being worked on.
  private record Origin(Rule rule, Optional<Origin> before, int length) {
    static Origin after(Rule rule, Optional<Origin> before) {
      return new Origin(rule, before, before.map(Origin::length).orElse(0) + 1);
    }

    List<String> lastRules() {
      List<String> names = new ArrayList<>();
      Optional<Origin> origin = Optional.of(this);
      while (origin.isPresent() && names.size() < 12) {
        String name = origin.get().rule().toString();
        if (!names.contains(name)) {
          names.add(name);
        }
        origin = origin.get().before();
      }
      return names;
    }
  }

  /// A node being worked on.
  private static final class Task {
    final Apply apply;
    final Optional<Origin> origin;
    int nextOperand;
    Optional<Variable> replacement = Optional.empty();
    Optional<Origin> replacementOrigin = Optional.empty();

    Task(Apply apply, Optional<Origin> origin) {
      this.apply = apply;
      this.origin = origin;
    }
  }

  private final RuleIndex rules;
  private final RewriteLog log;
  private final boolean outermost;
  private final int longestOrigin;
  private final IdentityHashMap<Variable, Variable> finished = new IdentityHashMap<>();
  private final Map<Key, Apply> nodes = new HashMap<>();
  private final Map<Scalar, Constant> constants = new HashMap<>();
  private final IdentityHashMap<Variable, Integer> uses = new IdentityHashMap<>();
  private final IdentityHashMap<Variable, Range> ranges = new IdentityHashMap<>();

  private final Set<Variable> readByLoops = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<Task> tasks = new ArrayDeque<>();
  private boolean fired;

  private Rewriting(RuleIndex rules, RewriteLog log, boolean outermost, int nodeCount) {
    this.outermost = outermost;
    this.rules = rules;
    this.log = log;
    // A rule that moves a node down a chain, such as one for slices, fires on its own result once
    // for
    // every node of the chain at most.
    this.longestOrigin = 200 + 2 * nodeCount;
  }

  /// The graph after one sweep; the same instance if no rule fires.
  ///
  /// @param outermost whether the graph's inputs are arguments of a call
  /// @throws RuleException if a rule changes a type, or rules fire on their results without end
  static Graph sweep(RuleIndex rules, RewriteLog log, boolean outermost, Graph graph) {
    List<Apply> applies = graph.applies();
    Rewriting rewriting = new Rewriting(rules, log, outermost, applies.size());
    for (Apply apply : applies) {
      apply.operands().forEach(operand -> rewriting.use(operand, 1));
      rewriting.noteLoop(apply);
    }
    graph.outputs().forEach(output -> rewriting.use(output, 1));
    for (Apply apply : applies) {
      rewriting.finish(apply);
    }
    return rewriting.fired
        ? new Graph(graph.inputs(), graph.outputs().stream().map(rewriting::finished).toList())
        : graph;
  }

  @Override
  public int uses(Variable variable) {
    return uses.getOrDefault(variable, 0);
  }

  @Override
  public boolean isReadByLoop(Variable variable) {
    return readByLoops.contains(variable);
  }

  private void noteLoop(Apply apply) {
    Op op = apply.op();
    if (OpGroup.ELEMENTWISE.contains(op) || op instanceof Reduce || op instanceof Concat) {
      readByLoops.addAll(apply.operands());
    }
  }

  /// Notes that what reads one variable reads another.
  private void takeLoops(Variable old, Variable replacement) {
    if (readByLoops.contains(old)) {
      readByLoops.add(replacement);
    }
  }

  @Override
  public Range range(Variable variable) {
    Range known = ranges.get(variable);
    if (known != null) {
      return known;
    }
    return variable instanceof Result ? Range.ANY : Range.of(variable, outermost, this);
  }

  @Override
  public Apply make(Op op, List<Variable> operands, Site site) {
    Key key = new Key(op, operands);
    Apply known = nodes.get(key);
    if (known != null) {
      return known;
    }
    Apply made = Apply.of(op, operands, site);
    nodes.put(key, made);
    operands.forEach(operand -> use(operand, 1));
    noteLoop(made);
    return made;
  }

  @Override
  public Constant constant(DType dtype, double value) {
    return constants.computeIfAbsent(
        new Scalar(dtype, value), _ -> new Constant(HostTensor.scalar(dtype, value)));
  }

  private void use(Variable variable, int times) {
    uses.merge(variable, times, Integer::sum);
  }

  /// Takes a node out of the graph that something took the place of, and then what only it used.
  private void release(Apply apply, Variable replacement) {
    use(replacement, 1);
    Deque<Apply> unused = new ArrayDeque<>();
    unused.push(apply);
    while (!unused.isEmpty()) {
      for (Variable operand : unused.pop().operands()) {
        use(operand, -1);
        if (uses(operand) == 0 && operand instanceof Result result && isUnused(result.apply())) {
          unused.push(result.apply());
        }
      }
    }
    use(replacement, -1);
  }

  private boolean isUnused(Apply apply) {
    return apply.results().stream().allMatch(result -> uses(result) == 0);
  }

  private boolean isFinished(Variable variable) {
    return !(variable instanceof Result) || finished.containsKey(variable);
  }

  private Variable finished(Variable variable) {
    return finished.getOrDefault(variable, variable);
  }

  private void finish(Apply start) {
    tasks.push(new Task(start, Optional.empty()));
    while (!tasks.isEmpty()) {
      Task task = tasks.peek();
      if (isFinished(task.apply.results().getFirst())) {
        tasks.pop();
      } else if (task.replacement.isPresent()) {
        awaitReplacement(task, task.replacement.get());
      } else if (operandsFinished(task)) {
        work(task);
      }
    }
  }

  private boolean operandsFinished(Task task) {
    List<Variable> operands = task.apply.operands();
    for (; task.nextOperand < operands.size(); task.nextOperand++) {
      Variable operand = operands.get(task.nextOperand);
      if (!isFinished(operand)) {
        tasks.push(new Task(((Result) operand).apply(), task.origin));
        return false;
      }
    }
    return true;
  }

  private void awaitReplacement(Task task, Variable replacement) {
    if (isFinished(replacement)) {
      replace(task.apply.result(), finished(replacement));
      tasks.pop();
    } else {
      tasks.push(new Task(((Result) replacement).apply(), task.replacementOrigin));
    }
  }

  private void replace(Variable old, Variable replacement) {
    finished.put(old, replacement);
    if (old != replacement) {
      takeLoops(old, replacement);
      use(replacement, uses(old));
      uses.remove(old);
    }
  }

  private void work(Task task) {
    Apply rebuilt = rebuild(task.apply);
    if (rebuilt != task.apply && isFinished(rebuilt.results().getFirst())) {
      replaceResults(task.apply, rebuilt);
      tasks.pop();
      return;
    }
    for (Rule rule : rules.at(rebuilt.op())) {
      Optional<Variable> replacement = fire(rule, rebuilt);
      if (replacement.isPresent()) {
        fired = true;
        log.fired(rule.name(), rebuilt.result(), replacement.get());
        task.replacementOrigin = Optional.of(Origin.after(rule, task.origin));
        task.replacementOrigin.ifPresent(this::check);
        task.replacement = replacement;
        takeLoops(rebuilt.result(), replacement.get());
        if (uses(rebuilt.result()) == 0 || rebuilt == task.apply) {
          release(rebuilt, replacement.get());
        }
        return;
      }
    }
    for (Result result : rebuilt.results()) {
      finished.put(result, result);
      ranges.put(result, Range.of(result, outermost, this));
    }
    replaceResults(task.apply, rebuilt);
    tasks.pop();
  }

  private void replaceResults(Apply old, Apply replacement) {
    if (old != replacement) {
      for (int i = 0; i < old.results().size(); i++) {
        replace(old.results().get(i), finished(replacement.results().get(i)));
      }
    }
  }

  /// The node with what its operands became, or an equal one that there is. Uses of the operands by
  /// the node count for those of the one that takes its place.
  private Apply rebuild(Apply apply) {
    List<Variable> operands = apply.operands();
    if (!operands.stream().allMatch(operand -> finished(operand) == operand)) {
      operands = operands.stream().map(this::finished).toList();
    }
    Key key = new Key(apply.op(), operands);
    Apply known = nodes.get(key);
    if (known == null) {
      known = operands == apply.operands() ? apply : Apply.of(apply.op(), operands, apply.site());
      nodes.put(key, known);
      noteLoop(known);
      for (int i = 0; i < apply.results().size(); i++) {
        takeLoops(apply.results().get(i), known.results().get(i));
      }
    } else if (known != apply) {
      operands.forEach(operand -> use(operand, -1));
    }
    return known;
  }

  private Optional<Variable> fire(Rule rule, Apply apply) {
    Optional<Match> match = Match.of(rule, apply, this);
    if (match.isEmpty()) {
      return Optional.empty();
    }
    Construction make = new Construction(this, apply.site());
    Optional<Variable> replacement;
    try {
      replacement =
          switch (rule.right()) {
            case Rule.Right.Text(Pattern pattern) ->
                Optional.of(Template.build(pattern, match.get(), make));
            case Rule.Right.Code(CodedRule coded) -> coded.rewrite(match.get(), make);
          };
    } catch (TypeException e) {
      throw new RuleException(
          "%s built something of wrong types in place of %s: %s"
              .formatted(rule, apply, e.getMessage()));
    }
    replacement.ifPresent(variable -> checkType(rule, apply, variable));
    return replacement;
  }

  private static void checkType(Rule rule, Apply apply, Variable replacement) {
    if (!replacement.type().equals(apply.result().type())) {
      throw new RuleException(
          "%s put a variable of type %s in place of one of type %s, the result of %s"
              .formatted(rule, replacement.type(), apply.result().type(), apply));
    }
  }

  private void check(Origin origin) {
    if (origin.length() > longestOrigin) {
      throw new RuleException(
          "rules rewrite each other's results without end: " + origin.lastRules());
    }
  }
}
