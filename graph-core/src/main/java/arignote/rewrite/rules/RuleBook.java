package arignote.rewrite.rules;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// All rules of all phases. Tests check the standard ones with the [RuleLinter].
public final class RuleBook {
  private static final List<String> FILES =
      List.of("canonicalize.rules", "stabilize.rules", "specialize.rules");

  private final Map<String, Phase> phases;

  private RuleBook(Map<String, Phase> phases) {
    this.phases = phases;
  }

  private static final class Standard {
    static final RuleBook BOOK = load();
  }

  /// The rules that come with the compiler.
  public static RuleBook standard() {
    return Standard.BOOK;
  }

  private static RuleBook load() {
    Map<String, String> texts = new LinkedHashMap<>();
    for (String file : FILES) {
      try (InputStream in = RuleBook.class.getResourceAsStream(file)) {
        if (in == null) {
          throw new RuleException("the rule file " + file + " is missing from the library");
        }
        texts.put(file, new String(in.readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return read(texts);
  }

  /// The rules in some texts, by file name.
  ///
  /// @throws RuleException if a text is not one of rules
  static RuleBook read(Map<String, String> texts) {
    Map<String, Phase> phases = new LinkedHashMap<>();
    texts.forEach((file, text) -> {
      for (Phase phase : RuleReader.read(file, text, CodedRules.byName())) {
        if (phases.put(phase.name(), phase) != null) {
          throw new RuleException(file + ": there are two phases " + phase.name());
        }
      }
    });
    return new RuleBook(phases);
  }

  /// The names of the phases, in the order of the files.
  public List<String> phases() {
    return List.copyOf(phases.keySet());
  }

  /// The rules that a phase applies: its own, then those of the phase that it extends.
  ///
  /// @throws RuleException if there is no such phase
  public List<Rule> rules(String phase) {
    Phase named = phases.get(phase);
    if (named == null) {
      throw new RuleException(
          "no phase of rules is named \"%s\"; the phases are %s".formatted(phase, phases()));
    }
    return Stream.concat(
            named.rules().stream(),
            named.extended().stream().flatMap(extended -> rules(extended).stream()))
        .toList();
  }

  /// All rules, in the order of the files.
  public List<Rule> rules() {
    List<Rule> rules = new ArrayList<>();
    phases.values().forEach(phase -> rules.addAll(phase.rules()));
    return List.copyOf(rules);
  }
}
