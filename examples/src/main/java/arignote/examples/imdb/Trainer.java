package arignote.examples.imdb;

import arignote.examples.imdb.Checkpoint.Position;
import arignote.examples.imdb.LearningHistory.Validation;
import arignote.examples.terminal.Progress;
import arignote.examples.terminal.Screen;
import arignote.io.WholeFile;
import arignote.tensor.HostTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// The tutorial's training loop: updates, validations, early stopping, saving.
public final class Trainer {
  private final Learner learner;
  private final Split data;
  private final Options options;
  private final Optional<SavedModel> file;
  private final Screen screen;
  private final long fingerprint;

  private EarlyStopping stopping;
  private LearningHistory history = new LearningHistory();
  private Optional<Map<String, HostTensor>> best = Optional.empty();
  private State state = State.GOING_ON;

  /// How many epochs have begun.
  private int epochs;

  /// How many batches of the last of them are done; 0 if none is to come.
  private int batches;

  /// The generator's state before the shuffle of the epoch.
  private long shuffles;

  private boolean validationDue;
  private double secondsBefore;
  private long start;
  private long reviewsSeen;

  /// How it goes on after an update, or why it does not.
  private enum State {
    GOING_ON,
    STOPPED_EARLY,
    INTERRUPTED,
    BAD_COST
  }

  /// A training that has not begun.
  ///
  /// @param file where to save, if anywhere
  public Trainer(
      Learner learner, Split data, Options options, Optional<SavedModel> file, Screen screen) {
    this.learner = learner;
    this.data = data;
    this.options = options;
    this.file = file;
    this.screen = screen;
    this.fingerprint = data.fingerprint();
    this.stopping = new EarlyStopping(options.patience());
    this.shuffles = Draw.BATCHES.from(options.seed()).state();
    options.checkpoint().ifPresent(Trainer::prepare);
  }

  /// Checks that a file can be written, and clears away what a killed training left beside it.
  private static void prepare(Path checkpoint) {
    try {
      WholeFile.check(checkpoint);
      WholeFile.removeLeftovers(checkpoint);
    } catch (IOException e) {
      throw new DataException(
          "cannot write checkpoints to %s: %s".formatted(checkpoint, DataException.reason(e)), e);
    }
  }

  /// Goes to where another training was. To be called before [#train].
  ///
  /// @throws DataException if that was with other data or another model
  public void resume(Checkpoint checkpoint) {
    if (checkpoint.data() != fingerprint) {
      throw new DataException(
          "the checkpoint is of a training with other reviews; give it the same -Ddata");
    }
    checkParameters(checkpoint.parameters());
    checkpoint.best().ifPresent(this::checkParameters);
    learner.restore(checkpoint.parameters());
    learner.remember(checkpoint.memory());
    best = checkpoint.best();
    history = checkpoint.history();
    stopping = new EarlyStopping(options.patience());
    history.validations().stream().map(Validation::errors).forEach(stopping::add);
    Position position = checkpoint.position();
    epochs = position.epochs();
    batches = position.batches();
    if (batches > batchesOfAnEpoch()) {
      throw new DataException(
          "the checkpoint is damaged: it is at batch %d of %d"
              .formatted(batches, batchesOfAnEpoch()));
    }
    shuffles = position.shuffles();
    validationDue = position.validationDue();
    secondsBefore = position.seconds();
    screen.println("Resuming after update " + history.updates());
  }

  private void checkParameters(Map<String, HostTensor> parameters) {
    learner
        .parameters()
        .forEach((name, expected) -> {
          HostTensor found = parameters.get(name);
          if (found == null
              || found.dtype() != expected.dtype()
              || !found.shapeAsList().equals(expected.shapeAsList())) {
            throw new DataException(
                "the checkpoint has %s as %s%s, this training as %s%s; give it the options it was written with, -Dfloatx too"
                    .formatted(
                        name,
                        found == null ? "nothing" : found.dtype(),
                        found == null ? "" : found.shapeAsList(),
                        expected.dtype(),
                        expected.shapeAsList()));
          }
        });
  }

  /// Updates until the epochs are over, nothing gets better any more, somebody interrupts or the
  /// cost is no number. To be called once.
  public void train(Interruption interruption) {
    start = System.nanoTime();
    long total = (long) options.maxEpochs() * batchesOfAnEpoch();
    try (Progress progress = screen.barOnly("Training", Math.max(1, total))) {
      if (validationDue) {
        state = validated(interruption);
      }
      while (state == State.GOING_ON && (batches > 0 || epochs < options.maxEpochs())) {
        trainEpoch(interruption, progress);
      }
    }
    switch (state) {
      case GOING_ON, INTERRUPTED -> {
        if (reviewsSeen > 0) {
          writeCheckpoint();
        }
      }
      case STOPPED_EARLY, BAD_COST -> {}
    }
    secondsBefore = seconds();
  }

  private int batchesOfAnEpoch() {
    return Math.ceilDiv(data.train().size(), options.batchSize());
  }

  private double seconds() {
    return secondsBefore + (System.nanoTime() - start) / 1e9;
  }

  /// Goes back to the best parameters, measures and saves them.
  ///
  /// @return the final errors; 1, 1, 1 if a cost was NaN or infinite, and then nothing is saved
  public Errors finish() {
    if (state == State.BAD_COST) {
      screen.println(Errors.OF_A_BAD_COST.toString());
      return Errors.OF_A_BAD_COST;
    }
    best.ifPresent(learner::restore);
    Errors errors = measure(() -> false);
    screen.println(errors.toString());
    save(learner.parameters(), Optional.of(errors));
    screen.println(
        "The code run for %d epochs, with %f sec/epochs"
            .formatted(epochs, secondsBefore / Math.max(1, epochs)));
    return errors;
  }

  /// The rest of an epoch, or a new one.
  private void trainEpoch(Interruption interruption, Progress progress) {
    if (batches == 0) {
      epochs++;
    }
    ResumableRandom random = ResumableRandom.inState(shuffles);
    List<List<Review>> all =
        options.bucketing()
            ? Batch.bucketed(data.train(), options.batchSize(), random)
            : Batch.shuffled(data.train(), options.batchSize(), random);
    while (state == State.GOING_ON && batches < all.size()) {
      List<Review> reviews = all.get(batches);
      batches++;
      reviewsSeen += reviews.size();
      state = update(Batch.of(reviews, learner.floatX()), interruption, progress);
    }
    switch (state) {
      case GOING_ON, STOPPED_EARLY ->
          screen.println(
              "Seen " + all.subList(0, batches).stream().mapToInt(List::size).sum() + " samples");
      case INTERRUPTED -> screen.println("Training interrupted");
      case BAD_COST -> {}
    }
    if (state == State.GOING_ON) {
      shuffles = random.state();
      batches = 0;
    }
  }

  /// One update with what is due after it.
  private State update(Batch batch, Interruption interruption, Progress progress) {
    double cost = learner.update(batch);
    if (!Double.isFinite(cost)) {
      screen.println("bad cost detected: " + cost);
      return State.BAD_COST;
    }
    history.addCost(cost);
    int updates = history.updates();
    show(updates, cost, progress);
    int reviews = data.train().size();
    boolean saves = updates % options.saveFreq(reviews) == 0;
    if (file.isPresent() && saves) {
      screen.println("Saving...");
      save(best.orElseGet(learner::parameters), Optional.empty());
      screen.println("Done");
    }
    validationDue = updates % options.validFreq(reviews) == 0;
    State next = validationDue ? validated(interruption) : going(interruption);
    if (saves && next == State.GOING_ON) {
      writeCheckpoint();
    }
    return next;
  }

  private static State going(Interruption interruption) {
    return interruption.requested() ? State.INTERRUPTED : State.GOING_ON;
  }

  private void show(int updates, double cost, Progress progress) {
    if (screen.isTerminal()) {
      double rate = reviewsSeen / Math.max(1e-9, (System.nanoTime() - start) / 1e9);
      progress.note(String.format(Locale.ROOT, "cost %.4f, %.0f reviews/s", cost, rate));
      progress.to(updates);
    } else if (updates % options.dispFreq() == 0) {
      screen.println("Epoch " + (epochs - 1) + " Update " + updates + " Cost " + cost);
    }
  }

  /// Measures the errors, and keeps the parameters if they are the best. A validation that is
  /// interrupted does not count.
  private State validated(Interruption interruption) {
    Errors errors = measure(interruption::requested);
    if (interruption.requested()) {
      return State.INTERRUPTED;
    }
    validationDue = false;
    history.addErrors(errors);
    EarlyStopping.Verdict verdict = stopping.add(errors);
    if (verdict.best()) {
      best = Optional.of(learner.parameters());
    }
    screen.println(errors.toString());
    if (verdict.stop()) {
      screen.println("Early Stop!");
      return State.STOPPED_EARLY;
    }
    return going(interruption);
  }

  private void writeCheckpoint() {
    options
        .checkpoint()
        .ifPresent(path ->
            new Checkpoint(
                    options.toText(),
                    fingerprint,
                    new Position(epochs, batches, shuffles, validationDue, seconds()),
                    history,
                    learner.parameters(),
                    learner.memory(),
                    best)
                .write(path));
  }

  /// Saves parameters, and the learning curves beside them.
  private void save(Map<String, HostTensor> parameters, Optional<Errors> errors) {
    file.ifPresent(model -> {
      model.write(parameters, stopping.history(), errors, options);
      try {
        model.writeCurves(LearningCurves.of(history));
      } catch (IOException e) {
        screen.println("Cannot draw the learning curves: " + DataException.reason(e));
      }
    });
  }

  /// The errors, which mean nothing if `giveUp` became true meanwhile.
  private Errors measure(BooleanSupplier giveUp) {
    return new Errors(
        error(data.train(), options.batchSize(), giveUp),
        error(data.valid(), options.validBatchSize(), giveUp),
        error(data.test(), options.validBatchSize(), giveUp));
  }

  /// The part of reviews whose label comes out wrong.
  private double error(List<Review> reviews, int batchSize, BooleanSupplier giveUp) {
    int wrong = 0;
    for (List<Review> group : Batch.inOrder(reviews, batchSize)) {
      if (giveUp.getAsBoolean()) {
        break;
      }
      Batch batch = Batch.of(group, learner.floatX());
      long[] predicted = learner.predict(batch);
      for (int i = 0; i < predicted.length; i++) {
        if (predicted[i] != batch.labels().getLong(i)) {
          wrong++;
        }
      }
    }
    return (double) wrong / reviews.size();
  }
}
