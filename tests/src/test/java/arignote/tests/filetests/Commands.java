package arignote.tests.filetests;

import arignote.ArignoteException;
import arignote.autodiff.Gradients;
import arignote.ir.Bindings;
import arignote.ir.Graph;
import arignote.ir.GraphVerifier;
import arignote.ir.Input;
import arignote.ir.Shared;
import arignote.ir.Variable;
import arignote.ir.text.IrParser;
import arignote.ir.text.IrPrinter;
import arignote.ir.text.ParseOptions;
import arignote.ir.text.ParsedGraph;
import arignote.plan.Plan;
import arignote.reference.Interpreter;
import arignote.rewrite.Pass;
import arignote.rewrite.Pipelines;
import arignote.rewrite.RewriteLog;
import arignote.rewrite.rules.ApplyRules;
import arignote.rewrite.rules.RuleBook;
import arignote.runtime.Backends;
import arignote.runtime.CompileOptions;
import arignote.runtime.Mode;
import arignote.runtime.Program;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What a file's graph becomes.
///
/// - `text`: the graph printed; reading that back must print the same.
/// - `verify`: the graph, if the verifier finds nothing.
/// - `optimize NAME ...`: the graph after phases of rules or passes, by their names, or after the
///   whole pipeline if none is named.
/// - `grad NAME ...`: the gradients of the one output with respect to inputs (`%x`) and shared
///   variables (`@w`).
/// - `lower DIM=LENGTH ... @NAME ...`: the plan and the kernels of the CPU for lengths of the
///   symbols, one thread; the last outputs are the new values of the shared variables named.
/// - `run NAME=VALUE ...`: what the reference computes, and the CPU within rounding, from values
///   such as `%x=[[1,2],[3,4]]`; symbols are bound by them.
///
/// What a command refuses is its text: `TypeException: add: ...`.
final class Commands {
  static final CompileOptions OPTIONS =
      new CompileOptions("cpu", Mode.FAST_RUN, Set.of(), 1, Optional.empty(), true);

  private final Filetest file;
  private final RewriteLog log;
  private String name = "";
  private Graph graph = new Graph(List.of(), List.of());

  private Commands(Filetest file, RewriteLog log) {
    this.file = file;
    this.log = log;
  }

  /// The text that comes out of a file, firings of rules being counted, and named passes and phases
  /// that changed the graph.
  static String run(Filetest file, RewriteLog log) {
    return new Commands(file, log).run();
  }

  private String run() {
    String output = "";
    try {
      ParsedGraph parsed =
          IrParser.parse(file.graph(), ParseOptions.NONE.withSource(file.name() + ".ir"));
      name = parsed.name();
      graph = parsed.graph();
      for (String command : file.commands()) {
        List<String> words = List.of(command.split("\\s+"));
        output = run(words.getFirst(), words.subList(1, words.size()));
      }
    } catch (ArignoteException e) {
      return e.getClass().getSimpleName() + ": " + e.getMessage() + "\n";
    }
    return output;
  }

  private String run(String command, List<String> arguments) {
    return switch (command) {
      case "text" -> text();
      case "verify" -> verify();
      case "optimize" -> optimize(arguments);
      case "grad" -> grad(arguments);
      case "lower" -> lower(arguments);
      case "run" -> evaluate(arguments);
      default ->
          throw new IllegalArgumentException(
              "%s: unknown command %s; there are text, verify, optimize, grad, lower and run"
                  .formatted(file.name(), command));
    };
  }

  private String print() {
    return IrPrinter.print(name, graph);
  }

  private String text() {
    String printed = print();
    String again = IrPrinter.print(name, IrParser.parse(printed).graph());
    if (!again.equals(printed)) {
      throw new AssertionError("%s: reads back as%n%s".formatted(file.name(), again));
    }
    return printed;
  }

  private String verify() {
    GraphVerifier.verify(graph);
    return print();
  }

  private String optimize(List<String> names) {
    if (names.isEmpty()) {
      graph = Pipelines.of(OPTIONS).run(name, graph, OPTIONS);
      return print();
    }
    for (String each : names) {
      Graph before = graph;
      graph = pass(each).apply(before);
      if (graph != before) {
        log.fired(each);
      }
      GraphVerifier.verifyStructure(graph);
    }
    return print();
  }

  private Pass pass(String wanted) {
    if (RuleBook.standard().phases().contains(wanted)) {
      return ApplyRules.of(wanted).loggingTo(log);
    }
    List<Pass> passes = Pipelines.of(OPTIONS).passes();
    return passes.stream()
        .filter(pass -> pass.name().equals(wanted))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "%s: no pass or phase %s; there are %s and %s"
                    .formatted(
                        file.name(),
                        wanted,
                        RuleBook.standard().phases(),
                        passes.stream().map(Pass::name).distinct().toList())));
  }

  private String grad(List<String> names) {
    Map<String, Variable> known = new LinkedHashMap<>();
    for (Input input : graph.inputs()) {
      known.put("%" + input.name(), input);
    }
    for (Shared shared : graph.shared()) {
      known.put("@" + shared.name(), shared);
    }
    List<Variable> wrt = new ArrayList<>();
    for (String each : names) {
      Variable variable = known.get(each);
      if (variable == null) {
        throw new IllegalArgumentException(
            "%s: nothing is named %s; there are %s".formatted(file.name(), each, known.keySet()));
      }
      wrt.add(variable);
    }
    graph = new Graph(graph.inputs(), Gradients.grad(graph.outputs().getFirst(), wrt));
    return print();
  }

  private String lower(List<String> arguments) {
    Bindings bindings = new Bindings();
    List<Shared> updated = new ArrayList<>();
    for (String argument : arguments) {
      if (argument.startsWith("@")) {
        updated.add(
            graph.shared().stream()
                .filter(shared -> argument.equals("@" + shared.name()))
                .findFirst()
                .orElseThrow(() ->
                    new IllegalArgumentException(file.name() + ": nothing is named " + argument)));
      } else {
        String[] sides = argument.split("=", 2);
        bindings.put(sides[0], Long.parseLong(sides[1]));
      }
    }
    Plan plan =
        Backends.of(OPTIONS).compile(new Program(name, graph, updated), OPTIONS).plan(bindings);
    return plan + String.join("", plan.kernels().values());
  }

  private String evaluate(List<String> assignments) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String assignment : assignments) {
      String[] sides = assignment.split("=", 2);
      values.put(sides[0], sides[1]);
    }
    List<HostTensor> inputs = new ArrayList<>();
    for (Input input : graph.inputs()) {
      String value = values.remove("%" + input.name());
      if (value == null) {
        throw new IllegalArgumentException(file.name() + ": no value for %" + input.name());
      }
      inputs.add(Literals.read(input.type().dtype(), value));
    }
    if (!values.isEmpty()) {
      throw new IllegalArgumentException(file.name() + ": no inputs " + values.keySet());
    }
    List<HostTensor> results = Interpreter.evaluate(graph, inputs);
    OnCpu.compare(file.name(), graph, inputs, results);
    return results.stream().map(HostTensor::toString).collect(Collectors.joining("\n", "", "\n"));
  }
}
