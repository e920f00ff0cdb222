package arignote.plan;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Names for the buffers of a [Plan], each given once.
public final class BufferNames {
  private final Map<Plan.Kind, Integer> given = new EnumMap<>(Plan.Kind.class);
  private final Set<String> taken = new HashSet<>();

  /// The name of an input or a shared variable: its own with `%` or `@`, numbered if it is taken.
  public String named(Plan.Kind kind, String name) {
    String first = (kind == Plan.Kind.SHARED ? "@" : "%") + name;
    String candidate = first;
    for (int i = 1; !taken.add(candidate); i++) {
      candidate = first + "_" + i;
    }
    return candidate;
  }

  /// The next name of what has none of its own: `#0`, `result0`, `m0`, `row0`.
  public String next(Plan.Kind kind) {
    int number = given.merge(kind, 1, Integer::sum) - 1;
    return switch (kind) {
      case CONSTANT -> "#" + number;
      case RESULT -> "result" + number;
      case MEMORY -> "m" + number;
      case ROW -> "row" + number;
      case INPUT -> named(kind, Integer.toString(number));
      case SHARED -> named(kind, Integer.toString(number));
    };
  }
}
