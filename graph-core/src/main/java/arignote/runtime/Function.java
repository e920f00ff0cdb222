package arignote.runtime;

import arignote.inspect.Explanation;
import arignote.inspect.Explorer;
import arignote.inspect.Profile;
import arignote.ir.Bindings;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Shared;
import arignote.ir.Variable;
import arignote.ir.text.IrPrinter;
import arignote.plan.Measurement;
import arignote.plan.Plan;
import arignote.rewrite.RewriteLog;
import arignote.tensor.HostTensor;
import java.lang.foreign.SegmentAllocator;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A compiled function: arguments in, results out, shared variables updated. Theano's `function`.
///
/// ```java
/// Function train = Function.compile().inputs(tokens, mask, labels).outputs(loss)
///     .updates(adadelta(p, gradients)).build("train");
/// double cost = train.call(x, m, y).item();
/// ```
///
/// May be called from many threads at once. Calls that update a shared variable exclude all others
/// that use it.
public final class Function {
  private final Definition definition;
  private final Program program;
  private final Executable executable;
  private final List<Lock> locks;
  private final Signature signature;

  /// The lengths of the most recent call.
  private volatile Bindings recent = new Bindings();

  /// How long each pass took.
  private final SequencedMap<String, Long> passNanos;

  Function(
      Definition definition,
      Program program,
      Executable executable,
      SequencedMap<String, Long> passNanos) {
    this.passNanos = passNanos;
    this.definition = definition;
    this.program = program;
    this.executable = executable;
    this.locks = locks(program);
    this.signature = new Signature(program.name(), program.graph().inputs());
  }

  /// All shared variables of a program, in the order in which everybody locks them.
  private static List<Shared> shared(Program program) {
    return Stream.concat(program.updated().stream(), program.graph().shared().stream())
        .distinct()
        .sorted(Comparator.comparingLong(Shared::number))
        .toList();
  }

  private static List<Lock> locks(Program program) {
    Set<Shared> updated = Collections.newSetFromMap(new IdentityHashMap<>());
    updated.addAll(program.updated());
    return shared(program).stream()
        .map(shared ->
            updated.contains(shared) ? shared.lock().writeLock() : shared.lock().readLock())
        .toList();
  }

  /// Starts the definition of a function.
  public static FunctionBuilder compile() {
    return new FunctionBuilder();
  }

  /// Starts the definition of a copy of this function.
  public FunctionCopy copy() {
    return new FunctionCopy(definition);
  }

  /// A copy of this function that reads and updates other shared variables in the place of some.
  /// Theano's `copy` with `swap`.
  ///
  /// @throws CompileException if types differ, the function does not use one of the keys, or one
  ///   shared variable would have two updates
  public Function copy(Map<Shared, Shared> swap) {
    return copy().swap(swap).build();
  }

  public String name() {
    return program.name();
  }

  /// The inputs, in the order of the arguments.
  public List<Input> inputs() {
    return program.graph().inputs();
  }

  /// The graph as it runs, after all passes: its first outputs are the results, the others the new
  /// values of shared variables.
  public Graph graph() {
    return program.graph();
  }

  /// The text of [#graph], with the line of the model that each node comes from.
  public String text() {
    return IrPrinter.printWithSites(name(), graph());
  }

  /// What the passes made of the graph: which of them, and which rule, turned which of the user's
  /// lines into what, and which ops could not be put into one loop. The passes run once more for
  /// that.
  public String explain() {
    return Explanation.of(definition.history());
  }

  /// One page for a browser, complete in itself, to explore the graph before, between and after
  /// passes, with time and bytes if the function was compiled with a profile and has run:
  ///
  /// ```java
  /// Files.writeString(Path.of("train.html"), train.explorer());
  /// ```
  public String explorer() {
    return Explorer.html(
        name(), definition.program().graph(), definition.history(), graph(), measured());
  }

  /// The same page with the values that a call would compute: of every node, in every stage and in
  /// every step of a loop, how small and large its elements are and how many are not finite.
  ///
  /// Nothing is updated. The reference computes the values, in each stage of the graph what the
  /// pass has changed, so this takes far longer than a call; short sequences and small batches will
  /// do.
  ///
  /// @param arguments as those of [#call(Object...)]
  /// @throws ArgumentException as [#call(Object...)] does
  /// @throws arignote.ir.EvaluationException if an op cannot compute its result
  public String explorerWithValues(Object... arguments) {
    List<HostTensor> tensors = signature.tensors(list(arguments));
    Bindings bindings = signature.bind(tensors);
    RewriteLog history = definition.history();
    return locked(() ->
        Explorer.html(
            name(), definition.program().graph(), history, graph(), measured(), tensors, bindings));
  }

  private List<Measurement> measured() {
    return executable.measurements().map(Measurement.Program::steps).orElse(List.of());
  }

  /// What the most recent call did: its steps, their buffers, views and generated loops. Before the
  /// first call, only that of a function without symbols is known.
  ///
  /// @throws ArgumentException if lengths are missing, which [#plan(Map)] takes
  public Plan plan() {
    return plan(recent.lengths());
  }

  /// What a call does if symbols have these lengths. Nothing runs.
  ///
  /// @throws ArgumentException if a symbol is missing or unknown, or a length negative
  /// @throws arignote.ir.EvaluationException if an op cannot compute its result with these lengths
  public Plan plan(Map<String, Long> lengths) {
    return executable.plan(bindings("plan", lengths));
  }

  /// Where the time of the calls so far went, if the function was compiled with a profile:
  /// `options(Flags.current().options().withProfile(true))`, or `-Dprofile=true` for all functions.
  ///
  /// Measures what the machine can do at most too, which takes a moment.
  ///
  /// @throws ArgumentException if it was not, or its backend measures nothing
  public Profile profile() {
    Measurement.Program measured =
        executable
            .measurements()
            .orElseThrow(() ->
                new ArgumentException(
                    "profile of \"%s\": it was compiled without one; use options(...withProfile(true)) or -Dprofile=true, on the CPU"
                        .formatted(name())));
    return new Profile(name(), measured, passNanos, Machine.measure(definition.options()));
  }

  /// Whether it is known where the time of some calls went.
  boolean hasRun() {
    return executable.measurements().map(measured -> measured.calls() > 0).orElse(false);
  }

  /// How much memory the most recent call took.
  ///
  /// @throws ArgumentException if lengths are missing, which [#memory(Map)] takes
  public Memory memory() {
    return memory(recent.lengths());
  }

  /// How much memory a call takes if symbols have these lengths. Nothing runs.
  ///
  /// @throws ArgumentException if a symbol is missing or unknown, or a length negative
  /// @throws arignote.ir.EvaluationException if an op cannot compute its result with these lengths
  public Memory memory(Map<String, Long> lengths) {
    Bindings bindings = bindings("memory", lengths);
    return new Memory(
        executable.plan(bindings).memory(),
        bytes(program.results(), bindings, HostTensor.ALIGNMENT),
        bytes(shared(program), bindings, 1));
  }

  private static long bytes(List<? extends Variable> variables, Bindings lengths, long multiple) {
    return variables.stream()
        .map(Variable::type)
        .mapToLong(type -> lengths.length(type.size()) * type.dtype().bytes())
        .map(bytes -> Math.max(1, Math.ceilDiv(bytes, multiple)) * multiple)
        .sum();
  }

  private Bindings bindings(String what, Map<String, Long> lengths) {
    Set<String> symbols = new TreeSet<>();
    inputs().forEach(input -> symbols.addAll(input.type().symbols()));
    if (!lengths.keySet().equals(symbols)
        || lengths.values().stream().anyMatch(length -> length < 0)) {
      throw new ArgumentException(
          "%s of \"%s\": it needs a length for each of %s, found %s; call the function first, or use %s(Map.of(\"T\", 100L))"
              .formatted(what, name(), symbols, new TreeMap<>(lengths), what));
    }
    Bindings bindings = new Bindings();
    new TreeMap<>(lengths).forEach(bindings::put);
    return bindings;
  }

  /// The names of the generated loops that the most recent call ran, as [#plan()] has them.
  ///
  /// @throws ArgumentException as [#plan()] does
  public List<String> kernels() {
    return List.copyOf(plan().kernels().sequencedKeySet());
  }

  /// A generated loop as code for people.
  ///
  /// @param kernel one of [#kernels]
  /// @throws ArgumentException if there is no such loop, or as [#plan()] does
  public String kernel(String kernel) {
    Plan plan = plan();
    String code = plan.kernels().get(kernel);
    if (code == null) {
      throw new ArgumentException(
          "function \"%s\" has no kernel \"%s\"; there are %s"
              .formatted(name(), kernel, plan.kernels().keySet()));
    }
    return code;
  }

  /// Runs the function.
  ///
  /// @throws ArgumentException if number, dtype or shape of the arguments do not fit
  /// @throws arignote.ir.EvaluationException if an op cannot compute its result; nothing is updated
  public Results call(HostTensor... arguments) {
    return call(List.of(arguments), HostTensor.COLLECTED);
  }

  /// Runs the function with arguments of any of these kinds:
  ///
  /// - a [HostTensor];
  /// - a Java array, nested as deep as the input has axes, of the input's dtype or one that it
  ///   holds without loss: `int[][]` for `i64[T,B]`;
  /// - a [java.lang.foreign.MemorySegment] with the elements row by row in the machine's byte
  ///   order; one length that no other argument tells may be left to its size. Memory outside the
  ///   Java heap is used where it lies, if elements lie at multiples of their size;
  /// - a [Number] or a [Boolean] for an input without axes.
  ///
  /// @throws ArgumentException if number, kind, dtype or shape of the arguments do not fit
  /// @throws arignote.ir.EvaluationException as [#call(HostTensor...)] does
  public Results call(Object... arguments) {
    return call(signature.tensors(list(arguments)), HostTensor.COLLECTED);
  }

  private static List<Object> list(Object[] arguments) {
    // A float[][] is an Object[] too.
    boolean isOne = arguments.getClass().componentType().isArray();
    for (int i = 0; i < arguments.length && !isOne; i++) {
      if (arguments[i] == null) {
        throw new ArgumentException(
            "argument %d is null; pass a tensor, an array or a number".formatted(i));
      }
    }
    return isOne ? List.of((Object) arguments) : List.of(arguments);
  }

  /// Runs the function with its results in memory of the caller's. They are valid as long as that
  /// is:
  ///
  /// ```java
  /// try (Arena arena = Arena.ofConfined()) {
  ///   MemorySegment memory = arena.allocate(f.memory(lengths).results(), HostTensor.ALIGNMENT);
  ///   while (...) {
  ///     Results gradients = f.call(SegmentAllocator.slicingAllocator(memory), x, y);
  ///   }
  /// }
  /// ```
  ///
  /// Without it each result has new memory, until the garbage collector finds that nothing refers
  /// to it. For large results that are soon done with, memory that is used again, and so known to
  /// the operating system and the cache, is several times faster.
  ///
  /// @param memory an [java.lang.foreign.Arena] or another allocator; asked once for each result
  /// @throws ArgumentException if the memory cannot be written to, or overlaps arguments, or as
  ///   [#call(Object...)] does
  /// @throws arignote.ir.EvaluationException as [#call(HostTensor...)] does
  public Results call(SegmentAllocator memory, Object... arguments) {
    List<HostTensor> tensors = signature.tensors(list(arguments));
    return call(tensors, new CallerMemory(name(), memory, tensors));
  }

  /// Runs the function with arguments by name, of the kinds that [#call(Object...)] takes.
  ///
  /// @throws ArgumentException if a name is unknown or missing, or as [#call(Object...)] does
  public Results call(Map<String, ?> arguments) {
    return call(signature.tensors(signature.ordered(arguments)), HostTensor.COLLECTED);
  }

  /// What it takes and returns: `train(x: f32[B,3], labels: i64[B]) -> [loss]`.
  @Override
  public String toString() {
    return inputs().stream()
            .map(input -> input.name() + ": " + input.type())
            .collect(Collectors.joining(", ", name() + "(", ") -> "))
        + definition.outputNames();
  }

  private Results call(List<HostTensor> arguments, SegmentAllocator memory) {
    Bindings bindings = signature.bind(arguments);
    recent = bindings;
    return locked(
        () -> new Results(definition.outputNames(), executable.call(arguments, bindings, memory)));
  }

  /// Does something with the shared variables at rest.
  private <R> R locked(Supplier<R> work) {
    int locked = 0;
    try {
      for (; locked < locks.size(); locked++) {
        locks.get(locked).lock();
      }
      return work.get();
    } finally {
      while (locked > 0) {
        locks.get(--locked).unlock();
      }
    }
  }
}
