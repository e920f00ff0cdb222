package arignote.ir;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// What some code returned and the nodes it made: of an expression that a lambda returned, those
/// nodes tell what the lambda computes itself from what it uses from outside.
///
/// @param nodes all that were made by the thread that ran the code
public record Recording<T>(T returned, Set<Apply> nodes) {
  private static final ScopedValue<Recorder> RECORDER = ScopedValue.newInstance();

  private static final ScopedValue<Consumer<Apply>> OBSERVER = ScopedValue.newInstance();

  private record Recorder(Set<Apply> nodes, Optional<Recorder> outer) {}

  /// Runs `code`; recordings inside of others are part of these.
  public static <T> Recording<T> of(Supplier<T> code) {
    Optional<Recorder> outer = RECORDER.isBound() ? Optional.of(RECORDER.get()) : Optional.empty();
    Recorder recorder = new Recorder(Collections.newSetFromMap(new IdentityHashMap<>()), outer);
    T returned = ScopedValue.where(RECORDER, recorder).call(code::get);
    return new Recording<>(returned, Collections.unmodifiableSet(recorder.nodes));
  }

  /// Runs `code`, telling `observer` of every node that it makes.
  public static <T> T observing(Consumer<Apply> observer, Supplier<T> code) {
    return ScopedValue.where(OBSERVER, observer).call(code::get);
  }

  /// Takes a new node down.
  static void made(Apply apply) {
    Optional<Recorder> recorder =
        RECORDER.isBound() ? Optional.of(RECORDER.get()) : Optional.empty();
    while (recorder.isPresent()) {
      recorder.get().nodes.add(apply);
      recorder = recorder.get().outer;
    }
    if (OBSERVER.isBound()) {
      OBSERVER.get().accept(apply);
    }
  }
}
