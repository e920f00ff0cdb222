package arignote.rewrite.rules;

import java.util.ArrayList;
import java.util.List;

/// A pattern with the operands of commutative ops in every order, so that matching need not go
/// back.
final class Orders {
  private Orders() {}

  /// All orders, that of the pattern first.
  static List<Pattern> of(Pattern pattern) {
    return switch (pattern) {
      case Pattern.Name _, Pattern.Numeral _, Pattern.Truth _ -> List.of(pattern);
      case Pattern.Keep(Pattern operand, Attribute axes) ->
          of(operand).stream().<Pattern>map(each -> new Pattern.Keep(each, axes)).toList();
      case Pattern.Node node -> ofNode(node);
    };
  }

  private static List<Pattern> ofNode(Pattern.Node node) {
    List<List<Pattern>> lists = List.of(List.of());
    for (Pattern operand : node.operands()) {
      List<List<Pattern>> longer = new ArrayList<>();
      for (List<Pattern> list : lists) {
        for (Pattern order : of(operand)) {
          List<Pattern> appended = new ArrayList<>(list);
          appended.add(order);
          longer.add(appended);
        }
      }
      lists = longer;
    }
    List<Pattern> orders = new ArrayList<>();
    for (List<Pattern> operands : lists) {
      orders.add(with(node, operands));
      if (node.op().isCommutative() && !isOneName(operands)) {
        orders.add(with(node, operands.reversed()));
      }
    }
    return orders;
  }

  /// Whether both operands are the same name, so that there is one order only.
  private static boolean isOneName(List<Pattern> operands) {
    return operands.get(0) instanceof Pattern.Name(String left)
        && operands.get(1) instanceof Pattern.Name(String right)
        && left.equals(right);
  }

  private static Pattern with(Pattern.Node node, List<Pattern> operands) {
    return new Pattern.Node(node.op(), operands, node.open(), node.attributes());
  }
}
