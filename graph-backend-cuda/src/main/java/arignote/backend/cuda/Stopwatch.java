package arignote.backend.cuda;

import arignote.backend.cuda.driver.Event;
import arignote.backend.cuda.driver.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Times instructions of one call by marks before and behind their work. It waits for the device
/// when it has no more marks; so what is short is timed with the pause until the host has put it
/// into the stream.
final class Stopwatch implements AutoCloseable {
  private static final int MARKS = 512;

  private record Timed(Profiler profiler, Instruction instruction, Event start, Event end) {}

  private final Stream stream;
  private final List<Event> marks = new ArrayList<>();
  private final List<Timed> timed = new ArrayList<>();
  private Optional<Profiler> profiler = Optional.empty();
  private int used;

  /// Whether an instruction is being timed; what runs inside of it is part of it.
  private boolean timing;

  Stopwatch(Stream stream) {
    this.stream = stream;
  }

  /// Starts with a call.
  ///
  /// @param measured who wants to know
  void start(Profiler measured) {
    profiler = Optional.of(measured);
    timed.clear();
    used = 0;
    timing = false;
  }

  /// Does the work of an instruction.
  void time(Instruction instruction, Run run) {
    Profiler known = profiler.orElseThrow();
    if (timing || !known.measures(instruction)) {
      instruction.run(run);
      return;
    }
    if (used + 2 > MARKS) {
      stream.synchronize();
      collect();
    }
    Event start = mark();
    Event end = mark();
    stream.mark(start);
    timing = true;
    instruction.run(run);
    timing = false;
    stream.mark(end);
    timed.add(new Timed(known, instruction, start, end));
  }

  private Event mark() {
    if (used == marks.size()) {
      marks.add(stream.event());
    }
    return marks.get(used++);
  }

  /// Tells the profiler the times of work that is done.
  void collect() {
    for (Timed each : timed) {
      each.profiler.add(each.instruction, each.end.nanosSince(each.start));
    }
    timed.clear();
    used = 0;
  }

  @Override
  public void close() {
    marks.forEach(Event::close);
  }
}
