package arignote.backend.cuda.codegen;

import arignote.backend.cuda.kernel.Place;
import arignote.plan.LoopBody;
import java.util.List;
import java.util.function.Function;

/// The text of what a loop computes at one position: values are read, computed and written one by
/// one.
record Elements(KernelText text, LoopBody body, List<Place> sources, List<Place> targets) {
  /// The pointer to a source's first element.
  static String source(int number) {
    return "p" + number;
  }

  /// The pointer to a target's first element.
  static String target(int number) {
    return "q" + number;
  }

  /// Writes the declarations of the pointers.
  void declare() {
    for (int i = 0; i < sources.size(); i++) {
      Place place = sources.get(i);
      if (place.slot().isPresent()) {
        text.line(
            "const %s *%s = %s;"
                .formatted(place.dtype(), source(i), text.pointer(place.dtype(), place.address())));
      }
    }
    for (int i = 0; i < targets.size(); i++) {
      Place place = targets.get(i);
      text.line(
          "%s *%s = %s;"
              .formatted(place.dtype(), target(i), text.pointer(place.dtype(), place.address())));
    }
  }

  /// Writes what happens at one position.
  ///
  /// @param offset how far from its first the element of a place is
  void write(Function<Place, String> offset) {
    for (int i = 0; i < sources.size(); i++) {
      Place place = sources.get(i);
      if (place.isRepeated()) {
        read(i, repeated(i));
      } else if (place.slot().isPresent()) {
        read(i, source(i) + "[" + offset.apply(place) + "]");
      } else {
        read(i, "(i64)" + text.number(place.offset()) + " + (" + offset.apply(place) + ")");
      }
    }
    compute();
    for (int i = 0; i < targets.size(); i++) {
      text.line(
          "%s[%s] = %s;"
              .formatted(
                  target(i),
                  offset.apply(targets.get(i)),
                  Expressions.name(body.targets().get(i).value())));
    }
  }

  /// The value of a source that is the same everywhere.
  String repeated(int number) {
    Place place = sources.get(number);
    return place.slot().isPresent() ? "*" + source(number) : text.number(place.offset());
  }

  /// Writes the name of a source's value.
  void read(int number, String expression) {
    text.line(
        "const %s %s = %s;"
            .formatted(sources.get(number).dtype(), Expressions.name(number), expression));
  }

  /// Writes what is computed of the sources' values.
  void compute() {
    for (LoopBody.Value value : body.values()) {
      if (!(value.origin() instanceof LoopBody.Read)) {
        text.line(
            "const %s %s = %s;"
                .formatted(
                    value.dtype(), Expressions.name(value.number()), Expressions.computed(value)));
      }
    }
  }
}
