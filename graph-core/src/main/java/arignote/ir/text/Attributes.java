package arignote.ir.text;

import arignote.ir.Dim;
import arignote.ir.TensorType;
import arignote.ir.op.Named;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// The values of attributes as text. What [ValueReader] cannot read back, an attribute of a custom
/// op of some type of the user's, is a quoted string.
final class Attributes {
  private Attributes() {}

  static String print(Object value) {
    return switch (value) {
      case Boolean _, Integer _, Long _, Dim _, TensorType _ -> value.toString();
      case Float number -> Float.isFinite(number) ? number.toString() : notFinite(number);
      case Double number -> Double.isFinite(number) ? number.toString() : notFinite(number);
      case Named named -> named.mnemonic();
      case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT);
      case List<?> list ->
          list.stream().map(Attributes::print).collect(Collectors.joining(", ", "[", "]"));
      default -> Names.quote(value.toString());
    };
  }

  private static String notFinite(double value) {
    return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  }
}
