package arignote.examples.imdb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ArignoteException;
import arignote.examples.terminal.Screen;
import arignote.io.Npz;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The loop with a learner whose costs and errors are given, and whose one parameter is the number
/// of its updates.
final class TrainerTest {
  @TempDir Path folder;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final Interruption interruption = Interruption.byRequest();

  /// A learner whose `cost` is given by update, counted from 1, and of ten reviews so many `wrong`
  /// after so many updates; `onUpdate` is called after each.
  private static final class Script implements Learner {
    final IntToDoubleFunction cost;
    final IntUnaryOperator wrong;
    final IntConsumer onUpdate;
    final List<Integer> batches = new ArrayList<>();
    final List<List<Long>> orders = new ArrayList<>();
    int updates;

    Script(IntToDoubleFunction cost, IntUnaryOperator wrong, IntConsumer onUpdate) {
      this.cost = cost;
      this.wrong = wrong;
      this.onUpdate = onUpdate;
    }

    @Override
    public DType floatX() {
      return DType.F32;
    }

    @Override
    public double update(Batch batch) {
      batches.add(batch.size());
      orders.add(Arrays.stream(batch.tokens().toLongArray()).boxed().toList());
      updates++;
      onUpdate.accept(updates);
      return cost.applyAsDouble(updates);
    }

    /// Reviews are their own number modulo ten.
    @Override
    public long[] predict(Batch batch) {
      long[] labels = batch.labels().toLongArray();
      for (int i = 0; i < labels.length; i++) {
        boolean isWrong = batch.tokens().getLong(i) % 10 < wrong.applyAsInt(updates);
        labels[i] = isWrong ? 1 - labels[i] : labels[i];
      }
      return labels;
    }

    @Override
    public Map<String, HostTensor> parameters() {
      return Map.of("updates", HostTensor.scalar(DType.F64, updates));
    }

    @Override
    public Map<String, HostTensor> memory() {
      return Map.of("doubled", HostTensor.scalar(DType.F64, 2.0 * updates));
    }

    @Override
    public void remember(Map<String, HostTensor> memory) {
      assertEquals(
          2 * updates, memory.getOrDefault("doubled", HostTensor.scalar(DType.F64, -1)).item());
    }

    @Override
    public void restore(Map<String, HostTensor> parameters) {
      updates = (int) parameters.getOrDefault("updates", HostTensor.scalar(DType.F64, -1)).item();
    }
  }

  private static List<Review> reviews(int count) {
    List<Review> reviews = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      reviews.add(new Review(new int[] {i}, i % 2));
    }
    return reviews;
  }

  private Errors run(Learner learner, Map<String, String> options) {
    Trainer trainer = trainer(learner, options);
    trainer.train(interruption);
    return trainer.finish();
  }

  private Trainer trainer(Learner learner, Map<String, String> options) {
    Map<String, String> all = new HashMap<>(Map.of("saveto", "", "batch_size", "8"));
    all.putAll(options);
    Options parsed = Options.of(all);
    return new Trainer(
        learner,
        new Split(reviews(20), reviews(10), reviews(10)),
        parsed,
        parsed.saveto().map(SavedModel::at),
        screen());
  }

  private Screen screen() {
    return Screen.plain(new PrintStream(printed, true, StandardCharsets.UTF_8));
  }

  /// What was printed, without the time it took.
  private String printed() {
    return printed
        .toString(StandardCharsets.UTF_8)
        .replace("\r", "")
        .replaceAll("with .* sec", "with ? sec");
  }

  @Test
  void printsWhatTheTutorialPrints() {
    Script learner = new Script(update -> 1.0 / update, _ -> 3, _ -> {});
    Errors errors = run(learner, Map.of("max_epochs", "2", "dispFreq", "2", "validFreq", "5"));
    assertEquals(new Errors(0.3, 0.3, 0.3), errors);
    assertEquals(List.of(8, 8, 4, 8, 8, 4), learner.batches);
    assertEquals(
        """
        Epoch 0 Update 2 Cost 0.5
        Seen 20 samples
        Epoch 1 Update 4 Cost 0.25
        Train 0.3 Valid 0.3 Test 0.3
        Epoch 1 Update 6 Cost 0.16666666666666666
        Seen 20 samples
        Train 0.3 Valid 0.3 Test 0.3
        The code run for 2 epochs, with ? sec/epochs
        """,
        printed());
  }

  @Test
  void goesBackToTheBestParametersAndStopsEarly() {
    // The errors after updates 1, 2, 3, ...: the best come after update 3.
    int[] wrong = {9, 5, 4, 2, 6, 7, 8, 9, 9, 9, 9, 9};
    Script learner = new Script(_ -> 1, update -> wrong[update], _ -> {});
    Errors errors =
        run(
            learner,
            Map.of("max_epochs", "9", "dispFreq", "100", "validFreq", "1", "patience", "2"));
    assertEquals(new Errors(0.2, 0.2, 0.2), errors);
    assertEquals(
        """
        Train 0.5 Valid 0.5 Test 0.5
        Train 0.4 Valid 0.4 Test 0.4
        Train 0.2 Valid 0.2 Test 0.2
        Seen 20 samples
        Train 0.6 Valid 0.6 Test 0.6
        Train 0.7 Valid 0.7 Test 0.7
        Train 0.8 Valid 0.8 Test 0.8
        Early Stop!
        Seen 20 samples
        Train 0.2 Valid 0.2 Test 0.2
        The code run for 2 epochs, with ? sec/epochs
        """,
        printed());
  }

  @Test
  void aBadCostEndsWithErrorsOfOne() throws IOException {
    Path file = folder.resolve("m.npz");
    Script learner = new Script(update -> update < 4 ? 1 : Double.NaN, _ -> 0, _ -> {});
    Errors errors =
        run(learner, Map.of("max_epochs", "9", "dispFreq", "100", "saveto", file.toString()));
    assertEquals(new Errors(1, 1, 1), errors);
    assertEquals(
        """
        Seen 20 samples
        bad cost detected: NaN
        Train 1.0 Valid 1.0 Test 1.0
        """,
        printed());
    assertFalse(Files.exists(file));
  }

  @Test
  void anInterruptionEndsTrainingNotTheProgram() {
    Path file = folder.resolve("m.npz");
    Script learner =
        new Script(
            _ -> 1,
            update -> 10 - update,
            update -> {
              if (update == 5) {
                interruption.request();
              }
            });
    Errors errors =
        run(
            learner,
            Map.of(
                "max_epochs", "9", "dispFreq", "100", "validFreq", "2", "saveto", file.toString()));
    // Of the validations after updates 2 and 4 the second was the best.
    assertEquals(new Errors(0.6, 0.6, 0.6), errors);
    assertTrue(printed().contains("\nTraining interrupted\nTrain 0.6 Valid 0.6 Test 0.6\n"));
    assertEquals(4, value(file, "updates").item());
  }

  @Test
  void anInterruptedValidationDoesNotCount() {
    Script learner =
        new Script(
            _ -> 1,
            update -> update,
            update -> {
              if (update == 4) {
                interruption.request();
              }
            });
    run(learner, Map.of("max_epochs", "9", "validFreq", "2"));
    assertEquals(2, learner.updates);
    assertEquals(
        """
        Train 0.2 Valid 0.2 Test 0.2
        Seen 20 samples
        Training interrupted
        Train 0.2 Valid 0.2 Test 0.2
        The code run for 2 epochs, with ? sec/epochs
        """,
        printed());
  }

  private static HostTensor value(Path file, String name) {
    HostTensor array = Npz.read(file).get(name);
    if (array == null) {
      throw new AssertionError("no " + name + " in " + file);
    }
    return array;
  }

  @Test
  void savesParametersErrorsAndOptions() throws IOException {
    Path file = folder.resolve("m.npz");
    Script learner = new Script(_ -> 1, update -> update == 4 ? 1 : 3, _ -> {});
    run(
        learner,
        Map.of("max_epochs", "2", "validFreq", "2", "saveto", file.toString(), "dim_proj", "7"));
    assertEquals(4, value(file, "updates").item());
    assertEquals(0.1, value(file, "train_err").item());
    assertEquals(0.1, value(file, "valid_err").item());
    assertEquals(0.1, value(file, "test_err").item());
    assertArrayEquals(new long[] {3, 2}, value(file, "history_errs").shape());
    assertArrayEquals(
        new double[] {0.3, 0.3, 0.1, 0.1, 0.3, 0.3}, value(file, "history_errs").toDoubleArray());
    assertTrue(Files.readString(folder.resolve("m.npz.json")).contains("\"dim_proj\": 7"));
    try (var files = Files.list(folder)) {
      assertEquals(
          List.of("m.checkpoint.npz", "m.npz", "m.npz.json", "m.png", "m.svg"),
          files.map(path -> path.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void savesTheBestEverySoOften() {
    Path file = folder.resolve("m.npz");
    double[] saved = new double[10];
    Script learner =
        new Script(
            _ -> 1,
            _ -> 3,
            update -> {
              if (Files.exists(file)) {
                saved[update] = value(file, "updates").item();
              }
            });
    run(
        learner,
        Map.of("max_epochs", "2", "saveFreq", "2", "validFreq", "3", "saveto", file.toString()));
    // After updates 2 and 4: before the first validation the present ones, then those of update 3.
    assertArrayEquals(new double[] {0, 0, 0, 2, 2, 3, 3, 0, 0, 0}, saved);
    assertTrue(printed().contains("Saving...\nDone\n"));
  }

  @Test
  void aFileThatCannotBeWrittenIsKnownBefore() throws IOException {
    Script learner = new Script(_ -> 1, _ -> 3, _ -> {});
    for (Path file :
        List.of(
            folder,
            folder.resolve("no/such/folder/m.npz"),
            Files.writeString(folder.resolve("file"), "").resolve("m.npz"))) {
      String message =
          String.valueOf(
              assertThrows(
                      DataException.class, () -> run(learner, Map.of("saveto", file.toString())))
                  .getMessage());
      assertTrue(message.startsWith("cannot save to " + file + ": "), message);
    }
    assertEquals(0, learner.updates);
  }

  @Test
  void withoutEpochsItOnlyMeasures() {
    Script learner = new Script(_ -> 1, _ -> 4, _ -> {});
    assertEquals(new Errors(0.4, 0.4, 0.4), run(learner, Map.of("max_epochs", "0")));
    assertEquals(0, learner.updates);
  }

  /// Wherever a training is interrupted, between updates or in a validation, going on gives the
  /// same batches, validations and end as never having stopped.
  @Test
  void goesOnWhereItWas() {
    Map<String, String> options =
        Map.of("max_epochs", "3", "dispFreq", "1", "validFreq", "4", "batch_size", "8");
    Path checkpoint = folder.resolve("c.npz");
    Script undisturbed = new Script(update -> 1.0 / update, update -> 9 - update, _ -> {});
    Errors expected = run(undisturbed, options);
    List<String> lines = printed().lines().toList();
    for (int stop = 1; stop <= 9; stop++) {
      printed.reset();
      int last = stop;
      Interruption ctrlC = Interruption.byRequest();
      Script first =
          new Script(
              update -> 1.0 / update,
              update -> 9 - update,
              update -> {
                if (update == last) {
                  ctrlC.request();
                }
              });
      Map<String, String> writes = new HashMap<>(options);
      writes.put("checkpoint", checkpoint.toString());
      trainer(first, writes).train(ctrlC);
      assertEquals(stop, first.updates);

      Script second = new Script(update -> 1.0 / update, update -> 9 - update, _ -> {});
      Trainer goingOn = trainer(second, writes);
      goingOn.resume(Checkpoint.read(checkpoint));
      goingOn.train(interruption);
      assertEquals(expected, goingOn.finish());
      first.batches.addAll(second.batches);
      assertEquals(undisturbed.batches, first.batches);
      assertEquals(undisturbed.orders, joined(first.orders, second.orders));
      List<String> found =
          printed()
              .lines()
              .filter(line -> !line.startsWith("Training int") && !line.startsWith("Resuming"))
              .toList();
      assertEquals(lines, found, "stopped after " + stop);
    }
  }

  private static List<List<Long>> joined(List<List<Long>> first, List<List<Long>> second) {
    List<List<Long>> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  @Test
  void otherDataOrOtherParametersAreRefused() throws IOException {
    Path checkpoint = folder.resolve("c.npz");
    Map<String, String> options = Map.of("max_epochs", "1", "checkpoint", checkpoint.toString());
    run(new Script(_ -> 1, _ -> 3, _ -> {}), options);
    Checkpoint sound = Checkpoint.read(checkpoint);
    Script learner = new Script(_ -> 1, _ -> 3, _ -> {});
    Trainer trainer =
        new Trainer(
            learner,
            new Split(reviews(21), reviews(10), reviews(10)),
            Options.of(Map.of("saveto", "")),
            Optional.empty(),
            screen());
    assertEquals(
        "the checkpoint is of a training with other reviews; give it the same -Ddata",
        assertThrows(DataException.class, () -> trainer.resume(sound)).getMessage());
    Checkpoint other =
        new Checkpoint(
            sound.options(),
            sound.data(),
            sound.position(),
            sound.history(),
            Map.of("updates", HostTensor.zeros(DType.F32, 2)),
            sound.memory(),
            Optional.empty());
    assertEquals(
        "the checkpoint has updates as f32[2], this training as f64[]; give it the options it was"
            + " written with, -Dfloatx too",
        assertThrows(DataException.class, () -> trainer(learner, options).resume(other))
            .getMessage());
    Path model = folder.resolve("m.npz");
    run(learner, Map.of("max_epochs", "1", "saveto", model.toString(), "checkpoint", "none"));
    assertTrue(
        String.valueOf(assertThrows(DataException.class, () -> Checkpoint.read(model)).getMessage())
            .startsWith(
                model + " is no checkpoint: \"errors\" must be f64 with 2 axes, found none"));
    for (int length : new int[] {0, 100, (int) Files.size(checkpoint) - 1}) {
      Files.write(model, Arrays.copyOf(Files.readAllBytes(checkpoint), length));
      assertThrows(ArignoteException.class, () -> Checkpoint.read(model));
    }
  }
}
