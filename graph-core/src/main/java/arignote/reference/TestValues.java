package arignote.reference;

import arignote.ir.Apply;
import arignote.ir.Bindings;
import arignote.ir.Constant;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Recording;
import arignote.ir.Result;
import arignote.ir.Shared;
import arignote.ir.Variable;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Values to try a model with while it is being built: each op is computed as soon as it is made,
/// so that an error comes from the line that makes it. Theano's `compute_test_value`.
///
/// ```java
/// TestValues test = TestValues.of(Map.of(x, HostTensor.zeros(F32, 2, 3)));
/// Variable loss = test.during(() -> model(x));
/// IO.println(test.valueOf(loss));
/// ```
///
/// What depends on inputs without a value is left alone, and so are the bodies of loops until the
/// loop itself is made.
public final class TestValues {
  private final Map<Variable, HostTensor> values = new IdentityHashMap<>();
  private final Bindings bindings;

  private TestValues(Map<? extends Input, HostTensor> inputs) {
    Map<Input, HostTensor> ordered = new LinkedHashMap<>(inputs);
    Graph graph = new Graph(List.copyOf(ordered.keySet()), List.of());
    this.bindings = Interpreter.bind(graph, List.copyOf(ordered.values()));
    values.putAll(ordered);
  }

  /// Test values of some inputs.
  ///
  /// @throws arignote.ir.TypeException if they do not fit the inputs' types, or each other
  public static TestValues of(Map<? extends Input, HostTensor> inputs) {
    return new TestValues(inputs);
  }

  /// Runs code that builds a graph, computing what it builds.
  ///
  /// @throws arignote.ir.EvaluationException from within the code, where it makes an op that cannot
  ///   be computed for these values
  public <T> T during(Supplier<T> model) {
    return Recording.observing(this::compute, model);
  }

  /// What an expression is for the test values; nothing if it depends on inputs without one, or was
  /// built outside of [#during].
  public Optional<HostTensor> valueOf(Variable variable) {
    return switch (variable) {
      case Constant constant -> Optional.of(constant.value());
      case Shared shared -> Optional.of(shared.get());
      case Input _, Result _ -> Optional.ofNullable(values.get(variable));
    };
  }

  private void compute(Apply apply) {
    boolean isBound =
        apply.results().stream()
            .flatMap(result -> result.type().shape().stream())
            .allMatch(bindings::binds);
    List<HostTensor> operands = new ArrayList<>();
    for (Variable operand : apply.operands()) {
      valueOf(operand).ifPresent(operands::add);
    }
    if (!isBound || operands.size() < apply.operands().size()) {
      return;
    }
    List<HostTensor> results = Interpreter.apply(apply, operands, bindings);
    for (int i = 0; i < results.size(); i++) {
      values.put(apply.results().get(i), results.get(i));
    }
  }
}
