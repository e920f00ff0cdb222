package arignote.autodiff.testing;

import arignote.ArignoteException;
import arignote.autodiff.testing.ExpressionFunction.Kind;
import arignote.autodiff.testing.ExpressionParser.ArgumentContext;
import arignote.autodiff.testing.ExpressionParser.CallContext;
import arignote.autodiff.testing.ExpressionParser.ComparisonContext;
import arignote.autodiff.testing.ExpressionParser.NameContext;
import arignote.autodiff.testing.ExpressionParser.NegationContext;
import arignote.autodiff.testing.ExpressionParser.NumberContext;
import arignote.autodiff.testing.ExpressionParser.ParenthesisedContext;
import arignote.autodiff.testing.ExpressionParser.PowerContext;
import arignote.autodiff.testing.ExpressionParser.ProductContext;
import arignote.autodiff.testing.ExpressionParser.SliceContext;
import arignote.autodiff.testing.ExpressionParser.SumContext;
import arignote.autodiff.testing.ExpressionParser.TermContext;
import arignote.dsl.Maths;
import arignote.dsl.Values;
import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.Variable;
import arignote.ir.op.Slice;
import arignote.ir.text.IrParser;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/// Builds the variable that an expression stands for, terms after those they are made of; the terms
/// that wait are a stack of its own.
final class ExpressionReader {
  /// What a term is so far: a number gets a dtype from what it is combined with.
  private sealed interface Value {}

  private record Known(Variable variable) implements Value {}

  private record Number(double value) implements Value {}

  private record Task(TermContext term, boolean isOpen) {}

  private final ExpressionText text;
  private final Map<String, Variable> variables;
  private final Deque<Task> waiting = new ArrayDeque<>();
  private final Deque<Value> values = new ArrayDeque<>();

  private ExpressionReader(ExpressionText text, Map<String, Variable> variables) {
    this.text = text;
    this.variables = variables;
  }

  static Variable read(String text, Map<String, Variable> variables) {
    ExpressionText source = new ExpressionText(text);
    return new ExpressionReader(source, variables).read(source.parse());
  }

  private Variable read(TermContext whole) {
    waiting.push(new Task(whole, false));
    while (!waiting.isEmpty()) {
      Task task = waiting.pop();
      if (task.isOpen()) {
        values.push(build(task.term()));
      } else {
        waiting.push(new Task(task.term(), true));
        terms(task.term()).reversed().forEach(term -> waiting.push(new Task(term, false)));
      }
    }
    return variable(values.pop());
  }

  /// The terms that one is made of.
  private List<TermContext> terms(TermContext term) {
    return switch (term) {
      case SliceContext slice -> List.of(slice.term());
      case PowerContext power -> power.term();
      case NegationContext negation -> List.of(negation.term());
      case ProductContext product -> product.term();
      case SumContext sum -> sum.term();
      case ComparisonContext comparison -> comparison.term();
      case ParenthesisedContext parenthesised -> List.of(parenthesised.term());
      case CallContext call -> {
        ExpressionFunction function = function(call);
        List<TermContext> terms = new ArrayList<>();
        for (int i = 0; i < call.argument().size(); i++) {
          if (function.kind(i) == Kind.TERM) {
            TermContext argument = call.argument(i).term();
            if (argument == null) {
              throw text.error(call.argument(i), "expected a tensor as argument " + i);
            }
            terms.add(argument);
          }
        }
        yield terms;
      }
      default -> List.of();
    };
  }

  private ExpressionFunction function(CallContext call) {
    String name = call.NAME().getText();
    ExpressionFunction function =
        ExpressionFunction.of(name)
            .orElseThrow(() ->
                text.error(
                    call,
                    "no function \"%s\"; there are %s"
                        .formatted(name, String.join(", ", ExpressionFunction.names()))));
    if (!function.takes(call.argument().size())) {
      throw text.error(
          call, "%s takes %s, found %d".formatted(name, function.count(), call.argument().size()));
    }
    return function;
  }

  private Value build(TermContext term) {
    try {
      return switch (term) {
        case NumberContext number -> new Number(Double.parseDouble(number.getText()));
        case NameContext name -> name(name);
        case ParenthesisedContext _ -> values.pop();
        case NegationContext _ ->
            switch (values.pop()) {
              case Number(double value) -> new Number(-value);
              case Known(Variable x) -> new Known(Maths.neg(x));
            };
        case SliceContext slice -> new Known(slice(slice, variable(values.pop())));
        case CallContext call -> new Known(call(call));
        default -> new Known(infix(term));
      };
    } catch (ExpressionException e) {
      throw e;
    } catch (ArignoteException e) {
      throw text.error(term, String.valueOf(e.getMessage()));
    }
  }

  private Value name(NameContext context) {
    String spelled = context.getText();
    String name = spelled.startsWith("`") ? spelled.substring(1, spelled.length() - 1) : spelled;
    return switch (spelled) {
      case "inf" -> new Number(Double.POSITIVE_INFINITY);
      case "nan" -> new Number(Double.NaN);
      case "true" -> new Known(Values.constant(DType.BOOL, 1));
      case "false" -> new Known(Values.constant(DType.BOOL, 0));
      default -> {
        Variable variable = variables.get(name);
        if (variable == null) {
          throw text.error(
              context, "no variable \"%s\"; there are %s".formatted(name, variables.keySet()));
        }
        yield new Known(variable);
      }
    };
  }

  private Variable infix(TermContext term) {
    Value right = values.pop();
    Value left = values.pop();
    Variable x =
        left instanceof Number && right instanceof Known ? beside(left, right) : variable(left);
    Variable y = beside(right, new Known(x));
    return switch (term.getChild(1).getText()) {
      case "^" -> Maths.pow(x, y);
      case "*" -> Maths.mul(x, y);
      case "/" -> Maths.div(x, y);
      case "//" -> Maths.floordiv(x, y);
      case "%" -> Maths.mod(x, y);
      case "+" -> Maths.add(x, y);
      case "-" -> Maths.sub(x, y);
      case "==" -> Maths.eq(x, y);
      case "!=" -> Maths.ne(x, y);
      case "<" -> Maths.lt(x, y);
      case "<=" -> Maths.le(x, y);
      case ">" -> Maths.gt(x, y);
      case ">=" -> Maths.ge(x, y);
      default -> throw new IllegalStateException("not an operator: " + term.getText());
    };
  }

  /// A value alone: a number is of `floatX`.
  private static Variable variable(Value value) {
    return switch (value) {
      case Known(Variable variable) -> variable;
      case Number(double number) -> Values.constant(number);
    };
  }

  /// A value beside another: a number is of the other's dtype if that can hold it.
  private static Variable beside(Value value, Value other) {
    if (value instanceof Number(double number) && other instanceof Known(Variable variable)) {
      DType dtype = variable.type().dtype();
      boolean fits =
          dtype.isFloat() || dtype.isInteger() && HostTensor.scalar(dtype, number).item() == number;
      return fits ? Values.constant(dtype, number) : Values.constant(number);
    }
    return variable(value);
  }

  private Variable slice(SliceContext context, Variable x) {
    int axis = context.every.size();
    if (axis >= x.type().rank()) {
      throw text.error(
          context, "cannot take a slice along axis %d of %s".formatted(axis, x.type()));
    }
    Dim length = x.type().dim(axis);
    Dim start = context.start == null ? Dim.of(0) : bound(context.start.getText(), length);
    Dim stop = context.stop == null ? length : bound(context.stop.getText(), length);
    return Apply.of(new Slice(axis, start, stop.minus(start), 1), List.of(x)).result();
  }

  /// A negative number counts from the end.
  private static Dim bound(String bound, Dim length) {
    Dim dim = IrParser.parseDim(bound);
    return dim.constant().isPresent() && dim.constant().getAsLong() < 0 ? length.plus(dim) : dim;
  }

  private Variable call(CallContext call) {
    ExpressionFunction function = function(call);
    List<Value> terms = new ArrayList<>();
    terms(call).forEach(_ -> terms.add(values.pop()));
    Collections.reverse(terms);
    List<Variable> operands = new ArrayList<>();
    for (int i = 0; i < terms.size(); i++) {
      operands.add(operand(call.NAME().getText(), terms, i));
    }
    List<ArgumentContext> attributes = new ArrayList<>();
    for (int i = 0; i < call.argument().size(); i++) {
      if (function.kind(i) != Kind.TERM) {
        attributes.add(call.argument(i));
      }
    }
    return new ExpressionCall(text, call.NAME().getText(), operands, attributes).build();
  }

  /// Numbers are of the dtype of the first other argument that is a tensor, conditions apart.
  private static Variable operand(String name, List<Value> terms, int index) {
    for (int other = name.equals("select") ? 1 : 0; other < terms.size(); other++) {
      if (terms.get(other) instanceof Known) {
        return beside(terms.get(index), terms.get(other));
      }
    }
    return variable(terms.get(index));
  }
}
