package arignote.backend.cuda;

import arignote.runtime.FlagException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/// What is off unless a property is `true` when a function is compiled.
enum Switch {
  /// Products of `f32` may round their operands to TF32.
  TF32("arignote.cuda.tf32"),
  /// Scatters add updates in whatever order they come, so that sums of floats may have other bits
  /// from call to call.
  ATOMICS("arignote.cuda.atomics");

  private final String property;

  Switch(String property) {
    this.property = property;
  }

  /// Those that are on now.
  ///
  /// @throws FlagException if a property is neither `true` nor `false`
  static Set<Switch> current() {
    Set<Switch> on = EnumSet.noneOf(Switch.class);
    for (Switch each : values()) {
      if (each.isOn()) {
        on.add(each);
      }
    }
    return Collections.unmodifiableSet(on);
  }

  private boolean isOn() {
    String value = System.getProperty(property, "false").strip();
    return switch (value) {
      case "true", "" -> true;
      case "false" -> false;
      default ->
          throw new FlagException(
              "flag %s: \"%s\" is not one of its values: true, false".formatted(property, value));
    };
  }
}
