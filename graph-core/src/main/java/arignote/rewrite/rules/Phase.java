package arignote.rewrite.rules;

import java.util.List;
import java.util.Optional;

/// Rules that are applied together.
///
/// @param extended a phase whose rules are applied with these, after them
record Phase(String name, Optional<String> extended, List<Rule> rules) {
  Phase {
    rules = List.copyOf(rules);
  }
}
