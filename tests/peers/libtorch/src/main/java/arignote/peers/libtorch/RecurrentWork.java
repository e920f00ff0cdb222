package arignote.peers.libtorch;

import arignote.tests.bench.contest.Recurrent;
import arignote.tests.bench.contest.Recurrent.Part;
import arignote.tests.bench.contest.Work;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.RMSprop;
import org.bytedeco.pytorch.RMSpropOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/// A training step of the tutorial's model. Gradients are reset, not zeroed, before each step, as
/// is torch's default: backward hands new tensors to the parameters and copies none.
final class RecurrentWork implements Work {
  private final PointerScope owned = new PointerScope();
  private final boolean trains;
  private final List<Model.Batch> batches;
  private final Model model;
  private final Optional<Runnable> update;
  private int next;

  RecurrentWork(Recurrent subject) {
    batches = subject.minibatches().stream().map(Model.Batch::of).toList();
    model = new Model(subject.cell(), subject.parameters(), subject.units());
    trains = subject.part() == Part.RMSPROP || subject.part() == Part.ADADELTA;
    update =
        switch (subject.part()) {
          case GRADIENTS, RETURNED -> Optional.empty();
          case RMSPROP -> Optional.of(rmsprop(model.parameters())::step);
          case ADADELTA -> Optional.of(new Adadelta(model.parameters())::step);
        };
  }

  private static RMSprop rmsprop(List<Tensor> parameters) {
    RMSpropOptions options = new RMSpropOptions(1e-4);
    options.alpha().put(0.95);
    options.momentum().put(0.9);
    options.centered().put(true);
    // torch adds it to the root, the tutorial its square under the root.
    options.eps().put(1e-2);
    return new RMSprop(new TensorVector(parameters.toArray(new Tensor[0])), options);
  }

  @Override
  public void run() {
    step();
  }

  /// @return the loss before the update
  private double step() {
    Model.Batch batch = batches.get(next);
    next = (next + 1) % batches.size();
    try (PointerScope _ = new PointerScope()) {
      for (Tensor parameter : model.parameters()) {
        parameter.mutable_grad().reset();
      }
      Tensor loss = torch.cross_entropy_loss(model.logits(batch, true), batch.labels());
      loss.backward();
      update.ifPresent(Runnable::run);
      return loss.item_double();
    }
  }

  @Override
  public double[] figures() {
    double loss = step();
    if (trains) {
      for (int i = 1; i < UPDATES; i++) {
        run();
      }
      next = 0;
      return new double[] {loss, step()};
    }
    return new double[] {loss, model.gradientNorm()};
  }

  @Override
  public void close() {
    owned.close();
  }
}
