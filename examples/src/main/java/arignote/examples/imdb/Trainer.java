package arignote.examples.imdb;

import arignote.tensor.HostTensor;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;

/// The tutorial's training loop: updates, validations, early stopping, saving.
public final class Trainer {
  private final Learner learner;
  private final Split data;
  private final Options options;
  private final Optional<SavedModel> file;
  private final PrintStream out;

  private final EarlyStopping stopping;
  private Optional<Map<String, HostTensor>> best = Optional.empty();
  private State state = State.GOING_ON;
  private int updates;
  private int epochs;
  private double seconds;

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
      Learner learner, Split data, Options options, Optional<SavedModel> file, PrintStream out) {
    this.learner = learner;
    this.data = data;
    this.options = options;
    this.out = out;
    this.file = file;
    this.stopping = new EarlyStopping(options.patience());
  }

  /// Updates until the epochs are over, nothing gets better any more, somebody interrupts or the
  /// cost is no number. To be called once.
  public void train(Interruption interruption) {
    long start = System.nanoTime();
    Random random = Draw.BATCHES.from(options.seed());
    while (state == State.GOING_ON && epochs < options.maxEpochs()) {
      epochs++;
      trainEpoch(Batch.shuffled(data.train(), options.batchSize(), random), interruption);
    }
    seconds = (System.nanoTime() - start) / 1e9;
  }

  /// Goes back to the best parameters, measures and saves them.
  ///
  /// @return the final errors; 1, 1, 1 if a cost was NaN or infinite, and then nothing is saved
  public Errors finish() {
    if (state == State.BAD_COST) {
      out.println(Errors.OF_A_BAD_COST);
      return Errors.OF_A_BAD_COST;
    }
    best.ifPresent(learner::restore);
    Errors errors = measure(() -> false);
    out.println(errors);
    save(learner.parameters(), Optional.of(errors));
    out.println(
        "The code run for %d epochs, with %f sec/epochs"
            .formatted(epochs, seconds / Math.max(1, epochs)));
    return errors;
  }

  private void trainEpoch(List<List<Review>> batches, Interruption interruption) {
    int seen = 0;
    for (List<Review> reviews : batches) {
      state = update(Batch.of(reviews, learner.floatX()), interruption);
      seen += reviews.size();
      if (state != State.GOING_ON) {
        break;
      }
    }
    switch (state) {
      case GOING_ON, STOPPED_EARLY -> out.println("Seen " + seen + " samples");
      case INTERRUPTED -> out.println("Training interrupted");
      case BAD_COST -> {}
    }
  }

  /// One update with what is due after it.
  private State update(Batch batch, Interruption interruption) {
    double cost = learner.update(batch);
    updates++;
    if (!Double.isFinite(cost)) {
      out.println("bad cost detected: " + cost);
      return State.BAD_COST;
    }
    if (updates % options.dispFreq() == 0) {
      out.println("Epoch " + (epochs - 1) + " Update " + updates + " Cost " + cost);
    }
    int reviews = data.train().size();
    if (file.isPresent() && updates % options.saveFreq(reviews) == 0) {
      out.println("Saving...");
      save(best.orElseGet(learner::parameters), Optional.empty());
      out.println("Done");
    }
    if (updates % options.validFreq(reviews) == 0 && validate(interruption)) {
      out.println("Early Stop!");
      return State.STOPPED_EARLY;
    }
    return interruption.requested() ? State.INTERRUPTED : State.GOING_ON;
  }

  /// Measures the errors and keeps the parameters if they are the best; whether to stop.
  private boolean validate(Interruption interruption) {
    Errors errors = measure(interruption::requested);
    if (interruption.requested()) {
      return false;
    }
    EarlyStopping.Verdict verdict = stopping.add(errors);
    if (verdict.best()) {
      best = Optional.of(learner.parameters());
    }
    out.println(errors);
    return verdict.stop();
  }

  private void save(Map<String, HostTensor> parameters, Optional<Errors> errors) {
    file.ifPresent(model -> model.write(parameters, stopping.history(), errors, options));
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
