package arignote.peers.libtorch;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// Adadelta, which libtorch lacks, by the ops in place that PyTorch's own is made of on a CPU.
final class Adadelta {
  private static final double DECAY = 0.95;
  private static final double EPSILON = 1e-6;

  private record Slot(Tensor parameter, Tensor squares, Tensor steps) {}

  private final List<Slot> slots = new ArrayList<>();
  private final Scalar decay = new Scalar(DECAY);
  private final Scalar rest = new Scalar(1 - DECAY);
  private final Scalar epsilon = new Scalar(EPSILON);

  Adadelta(List<Tensor> parameters) {
    for (Tensor parameter : parameters) {
      slots.add(new Slot(parameter, torch.zeros_like(parameter), torch.zeros_like(parameter)));
    }
  }

  void step() {
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      for (Slot slot : slots) {
        Tensor gradient = slot.parameter.grad();
        slot.squares.mul_(decay).addcmul_(gradient, gradient, rest);
        Tensor deviation = slot.squares.add(epsilon).sqrt_();
        Tensor step = slot.steps.add(epsilon).sqrt_().div_(deviation).mul_(gradient);
        slot.steps.mul_(decay).addcmul_(step, step, rest);
        slot.parameter.sub_(step);
      }
    }
  }
}
