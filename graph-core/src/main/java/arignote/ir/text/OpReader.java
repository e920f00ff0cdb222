package arignote.ir.text;

import arignote.ArignoteException;
import arignote.ir.TensorType;
import arignote.ir.op.CustomOp;
import arignote.ir.op.Op;
import arignote.ir.op.SubGraph;
import arignote.ir.text.IrGrammarParser.AttributeContext;
import arignote.ir.text.IrGrammarParser.AttributesContext;
import arignote.ir.text.IrGrammarParser.WordContext;
import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.antlr.v4.runtime.ParserRuleContext;
import org.jspecify.annotations.Nullable;

/// Makes ops from their word and attributes.
record OpReader(
    SourceText source, ValueReader values, Map<String, Class<? extends CustomOp>> customOps) {
  /// The op `word {attributes}`.
  Op read(WordContext word, @Nullable AttributesContext attributes, TensorType lineType) {
    OpForm form = form(word);
    return read(form, word, attributes, lineType, Map.of());
  }

  /// An op of a known form.
  ///
  /// @param place where it stands
  /// @param known the components that something else than attributes says, by name
  Op read(
      OpForm form,
      ParserRuleContext place,
      @Nullable AttributesContext attributes,
      TensorType lineType,
      Map<String, Object> known) {
    Map<String, RecordComponent> components = new LinkedHashMap<>();
    form.attributes().forEach(component -> components.put(component.getName(), component));
    Map<String, Object> given = new HashMap<>();
    for (AttributeContext attribute :
        attributes == null ? List.<AttributeContext>of() : attributes.attribute()) {
      String name = attribute.word().getText();
      RecordComponent component = components.get(name);
      if (component == null) {
        throw source.error(
            attribute,
            "%s has no attribute %s; it has %s".formatted(form.word(), name, list(form)));
      }
      if (given.put(name, values.value(attribute.value(), component.getGenericType())) != null) {
        throw source.error(attribute, "attribute " + name + " is given twice");
      }
    }
    Map<String, Object> all = new HashMap<>(known);
    for (RecordComponent component : components.values()) {
      String name = component.getName();
      Optional<Object> value =
          Optional.ofNullable(given.get(name))
              .or(() -> Optional.ofNullable(known.get(name)))
              .or(() -> OpForm.implied(component, lineType));
      all.put(
          name,
          value.orElseThrow(() ->
              source.error(
                  place,
                  "%s needs the attribute %s: %s"
                      .formatted(
                          form.word(), name, ValueReader.nameOf(component.getGenericType())))));
    }
    try {
      return form.create(all);
    } catch (ArignoteException | IllegalArgumentException e) {
      throw source.error(place, e);
    }
  }

  private OpForm form(WordContext word) {
    String name = word.getText();
    if (OpForm.coreWords().contains(name)) {
      OpForm core = OpForm.core(name);
      if (core.hasBody()) {
        throw hasBody(word, name.equals("cond") ? "cond(%predicate)" : name);
      }
      return core;
    }
    if (name.equals(SubGraph.MNEMONIC)) {
      throw hasBody(word, name + " {name=\"...\"}");
    }
    Class<? extends CustomOp> custom = customOps.get(name);
    if (custom == null) {
      throw source.error(
          word,
          Character.isUpperCase(name.charAt(0))
              ? "custom op \"%s\" is not known here; give its class in ParseOptions".formatted(name)
              : "unknown op \"%s\"; known are %s"
                  .formatted(name, String.join(", ", OpForm.coreWords())));
    }
    if (!custom.isRecord()) {
      throw source.error(word, "custom op \"" + name + "\" is not a record");
    }
    return OpForm.ofCustom(custom);
  }

  private IrParseException hasBody(WordContext word, String start) {
    return source.error(word, word.getText() + " has a body: " + start + " { ... }");
  }

  private static String list(OpForm form) {
    return form.attributes().isEmpty()
        ? "none"
        : form.attributes().stream()
            .map(RecordComponent::getName)
            .collect(Collectors.joining(", "));
  }
}
