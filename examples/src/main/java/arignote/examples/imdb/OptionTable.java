package arignote.examples.imdb;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;

/// All options of a program, in the order in which they are listed.
record OptionTable(List<Option> rows) {
  OptionTable {
    rows = List.copyOf(rows);
  }

  static OptionTable of(Option... rows) {
    return new OptionTable(List.of(rows));
  }

  /// All names.
  Set<String> names() {
    return rows.stream().map(Option::name).collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /// What the system properties of these names say.
  Map<String, String> given(Properties properties) {
    Map<String, String> given = new LinkedHashMap<>();
    for (Option option : rows) {
      String value = properties.getProperty(option.name());
      if (value != null) {
        given.put(option.name(), value.strip());
      }
    }
    return given;
  }

  /// The values of all options, of some as given, of the others as by default.
  ///
  /// @throws OptionException if one is not allowed or does not exist
  Map<String, Object> values(Map<String, String> given) {
    given.keySet().forEach(name -> OptionException.checkName(name, names()));
    Map<String, Object> values = new LinkedHashMap<>();
    for (Option option : rows) {
      values.put(
          option.name(), option.parse(given.getOrDefault(option.name(), option.byDefault())));
    }
    return values;
  }

  /// The table for people: a line for each option with its default, meaning and allowed values.
  @Override
  public String toString() {
    return rows.stream()
        .map(option ->
            "  -D%-16s  %-14s  %s [%s]%n"
                .formatted(
                    option.name(),
                    option.byDefault(),
                    option.meaning(),
                    option.domain().description()))
        .collect(Collectors.joining());
  }
}
