package arignote.autodiff;

import arignote.dsl.Trees;
import arignote.dsl.Values;
import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Shared;
import arignote.ir.Site;
import arignote.ir.Variable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// Symbolic gradients: expressions for the derivatives of expressions.
///
/// ```java
/// Params gradients = grad(loss, params);
/// ```
///
/// Gradients are taken with respect to any floating variables: shared ones, inputs, or results in
/// the middle of the graph. They flow through floats only; integers and bools end them.
///
/// Where a function has no derivative the gradient is still defined: 0 of `abs` and `relu` at 0,
/// and of `sign`, `floor`, `ceil`, `round`, `floordiv` everywhere; equal shares among equal
/// operands of `minimum` and `maximum` and among the largest elements of `max` and the smallest of
/// `min`. The untaken side of a `select` gets 0. Of several updates that `scatter_set` puts at one
/// place, the one that is seen gets the gradient.
public final class Gradients {
  private Gradients() {}

  /// The gradient of a loss with respect to each variable of a tree of parameters (see [Trees]).
  ///
  /// @return the same tree with gradients in place of the parameters, each of its parameter's type
  /// @throws GradientException if the loss is not a float scalar, a parameter is not of floats, or
  ///   the loss does not depend on one
  public static <T> T grad(Variable loss, T parameters) {
    return grad(loss, parameters, Disconnected.ERROR);
  }

  /// As [#grad(Variable, Object)], with a choice for parameters that the loss does not depend on.
  public static <T> T grad(Variable loss, T parameters, Disconnected disconnected) {
    return grad(loss, parameters, disconnected, List.of());
  }

  /// As [#grad(Variable, Object, Disconnected)], with some results in the middle of the graph taken
  /// for constants: no gradient flows through them. Theano's `consider_constant`.
  public static <T> T grad(
      Variable loss,
      T parameters,
      Disconnected disconnected,
      Collection<? extends Variable> constants) {
    return Trees.rebuild(parameters, gradients(loss, parameters, disconnected, constants));
  }

  /// The gradient of a loss with respect to one variable.
  public static Variable grad(Variable loss, Variable parameter) {
    return grad(loss, parameter, Disconnected.ERROR);
  }

  /// The gradient of a loss with respect to one variable, which it may not depend on.
  public static Variable grad(Variable loss, Variable parameter, Disconnected disconnected) {
    return gradients(loss, parameter, disconnected, List.of()).getFirst();
  }

  /// The gradients of a loss with respect to some variables.
  public static List<Variable> grad(Variable loss, List<? extends Variable> parameters) {
    return grad(loss, parameters, Disconnected.ERROR);
  }

  /// The gradients of a loss with respect to some variables, which it may not depend on.
  public static List<Variable> grad(
      Variable loss, List<? extends Variable> parameters, Disconnected disconnected) {
    return gradients(loss, parameters, disconnected, List.of());
  }

  private static List<Variable> gradients(
      Variable loss,
      Object parameters,
      Disconnected disconnected,
      Collection<? extends Variable> constants) {
    if (!loss.type().dtype().isFloat() || !loss.type().isScalar()) {
      throw failure(
          "grad: the loss must be a scalar of floats, found %s; %s"
              .formatted(
                  describe(loss),
                  loss.type().dtype().isFloat()
                      ? "reduce it first, for example with mean()"
                      : "only floats have gradients"));
    }
    List<Parameter> named = named(parameters);
    if (named.isEmpty() && !(parameters instanceof List<?> list && list.isEmpty())) {
      throw failure(
          "grad: there is no variable among the parameters, a %s; parameters are variables, records, lists or maps of them"
              .formatted(parameters.getClass().getName()));
    }
    return vjp(
        "grad", List.of(loss), List.of(Ops.ones(loss.type())), named, disconnected, constants);
  }

  /// Gradients that begin with those of some results: what comes back from outside of the graph, or
  /// was computed elsewhere. Theano's `known_grads`.
  ///
  /// @param known the gradient of each result, of its type
  /// @throws GradientException as [#vjp(List, List, List)] does
  public static <T> T knownGradients(
      Map<? extends Variable, ? extends Variable> known, T parameters) {
    List<Variable> outputs = List.copyOf(known.keySet());
    return Trees.rebuild(
        parameters,
        vjp(outputs, outputs.stream().map(known::get).toList(), Trees.variables(parameters)));
  }

  /// The same value, through which no gradient flows: that of what it depends on only through this
  /// is 0. Theano's `disconnected_grad` and `zero_grad`.
  public static Variable stopGradient(Variable x) {
    return gate(new GradientGate.StopGradient(), x);
  }

  /// As [#stopGradient], under Theano's name.
  public static Variable considerConstant(Variable x) {
    return stopGradient(x);
  }

  /// The same value; each element of the gradient that comes back through it is clipped. Theano's
  /// `grad_clip`.
  public static Variable gradClip(Variable x, double low, double high) {
    return gate(new GradientGate.GradClip(low, high), x);
  }

  /// The same value; the gradient that comes back through it is multiplied. Theano's `grad_scale`.
  public static Variable gradScale(Variable x, double factor) {
    return gate(new GradientGate.GradScale(factor), x);
  }

  /// Nothing comes back through what is not of floats.
  private static Variable gate(GradientGate gate, Variable x) {
    return x.type().dtype().isFloat() ? Apply.of(gate, List.of(x)).result() : x;
  }

  /// The product of a vector of cotangents and the Jacobian of outputs with respect to variables:
  /// Theano's `Lop`, and its `grad` with known gradients.
  ///
  /// @param cotangents one for each output, of its type
  /// @return one for each variable of `wrt`, of its type
  /// @throws GradientException if an output or variable is not of floats, a cotangent is not of its
  ///   output's type, or no output depends on a variable
  public static List<Variable> vjp(
      List<? extends Variable> outputs,
      List<? extends Variable> cotangents,
      List<? extends Variable> wrt) {
    return vjp(outputs, cotangents, wrt, Disconnected.ERROR);
  }

  /// As [#vjp(List, List, List)], with a choice for variables that no output depends on.
  public static List<Variable> vjp(
      List<? extends Variable> outputs,
      List<? extends Variable> cotangents,
      List<? extends Variable> wrt,
      Disconnected disconnected) {
    if (outputs.size() != cotangents.size()) {
      throw failure(
          "vjp: %d outputs need as many cotangents, found %d"
              .formatted(outputs.size(), cotangents.size()));
    }
    for (int i = 0; i < outputs.size(); i++) {
      if (!outputs.get(i).type().dtype().isFloat()) {
        throw failure(
            "vjp: output %d is %s; only floats have gradients"
                .formatted(i, describe(outputs.get(i))));
      }
      if (!cotangents.get(i).type().equals(outputs.get(i).type())) {
        throw failure(
            "vjp: output %d is %s, its cotangent is of type %s; it must be of the same type"
                .formatted(i, describe(outputs.get(i)), cotangents.get(i).type()));
      }
    }
    return vjp("vjp", outputs, cotangents, named(wrt), disconnected, List.of());
  }

  /// A variable that a gradient is asked for, under the name that messages call it.
  private record Parameter(String path, Variable variable) {
    @Override
    public String toString() {
      String described = describe(variable);
      return path.isEmpty() ? described : "the parameter \"" + path + "\" (" + described + ")";
    }
  }

  private static List<Parameter> named(Object tree) {
    List<Parameter> parameters = new ArrayList<>();
    Trees.leaves(tree).forEach((path, variable) -> parameters.add(new Parameter(path, variable)));
    return parameters;
  }

  private static List<Variable> vjp(
      String caller,
      List<? extends Variable> outputs,
      List<? extends Variable> cotangents,
      List<Parameter> wrt,
      Disconnected disconnected,
      Collection<? extends Variable> constants) {
    for (Parameter parameter : wrt) {
      if (!parameter.variable.type().dtype().isFloat()) {
        throw failure(
            "%s: %s is not of floats and has no gradient; leave it out, or cast it to a float before the model uses it"
                .formatted(caller, parameter));
      }
    }
    List<Variable> sources = wrt.stream().map(Parameter::variable).toList();
    List<Apply> applies = Graph.appliesOf(outputs);
    Activity activity = Activity.of(applies, sources, constants, Activity.Paths.VARIED);
    Cotangents sums = new Cotangents();
    for (int i = 0; i < outputs.size(); i++) {
      sums.add(outputs.get(i), cotangents.get(i));
    }
    ReversePass.run(applies, activity, sums);
    List<Variable> gradients = new ArrayList<>();
    for (Parameter parameter : wrt) {
      Variable variable = parameter.variable;
      if (!sums.has(variable) && disconnected == Disconnected.ERROR) {
        requireConnected(caller, applies, outputs, constants, parameter);
      }
      gradients.add(sums.of(variable).orElseGet(() -> Values.zerosLike(variable)));
    }
    return gradients;
  }

  /// Lets a gradient pass that is zero because of an op such as `floor`, and nothing else.
  private static void requireConnected(
      String caller,
      List<Apply> applies,
      List<? extends Variable> outputs,
      Collection<? extends Variable> constants,
      Parameter parameter) {
    List<Variable> source = List.of(parameter.variable);
    if (Activity.of(applies, source, constants, Activity.Paths.CONNECTED).containsAny(outputs)) {
      return;
    }
    boolean used =
        applies.stream().anyMatch(apply -> apply.operands().contains(parameter.variable));
    String subject =
        caller.equals("grad")
            ? used ? "the loss depends" : "the loss does not depend"
            : used ? "the outputs depend" : "no output depends";
    throw failure(
        "%s: %s on %s%s; leave it out, or ask for zeros with Disconnected.ZERO"
            .formatted(
                caller,
                subject,
                parameter,
                used ? " only through integers, bools or constants, which have no gradient" : ""));
  }

  static String describe(Variable variable) {
    String type = " of type " + variable.type();
    return switch (variable) {
      case Input input -> "the input \"" + input.name() + "\"" + type;
      case Shared shared -> "the shared variable \"" + shared.name() + "\"" + type;
      case Constant _ -> "a constant" + type;
      case Result result ->
          "a result of "
              + result.apply().op().mnemonic()
              + type
              + " ("
              + result.apply().site()
              + ")";
    };
  }

  private static GradientException failure(String message) {
    return new GradientException(message + " (" + Site.current() + ")");
  }
}
