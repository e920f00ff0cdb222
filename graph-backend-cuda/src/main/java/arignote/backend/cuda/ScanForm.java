package arignote.backend.cuda;

import arignote.backend.cuda.codegen.LoopKernel;
import arignote.backend.cuda.kernel.Argument;
import arignote.backend.cuda.kernel.Launch;
import arignote.backend.cuda.kernel.Loop;
import arignote.backend.cuda.kernel.Place;
import arignote.backend.cuda.loop.Arrangement;
import arignote.backend.cuda.loop.Division;
import arignote.backend.cuda.loop.Estimate;
import arignote.backend.cuda.loop.Stage;
import arignote.backend.cuda.loop.Stepping;
import arignote.plan.Layout;
import arignote.plan.LoopBody;
import arignote.plan.ScanSteps;
import arignote.plan.Slot;
import arignote.plan.View;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Chooses how a prepared loop over time runs: step by step, or as one kernel.
///
/// The kernel does what the instructions of the body do, in their order and with the views and
/// places that were decided for them. It can be where these are loops without reductions and
/// products with matrices that are the same in all steps, and it is chosen where it fits the device
/// and is estimated to be faster.
final class ScanForm {
  /// The loop stays step by step.
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final String remark;

    Refused(String reason) {
      this.remark = "step by step: " + reason;
    }
  }

  /// Of a longer body nobody would wait for the kernel to be compiled.
  private static final int MOST_STAGES = 100;

  private final Block block;
  private final Block inner;
  private final ScanLoop loop;
  private final Map<Slot, Stepping> steppings = new LinkedHashMap<>();
  private final Set<Slot> written = new HashSet<>();

  private ScanForm(Block block, Block inner, ScanLoop loop) {
    this.block = block;
    this.inner = inner;
    this.loop = loop;
  }

  /// The form of a loop, the next instruction of a block. In the memory of a kernel's body nothing
  /// is shared, as blocks do not all come to the end of an instruction before one starts the next.
  ///
  /// @param inner the body
  static Instruction choose(Block block, Block inner, ScanLoop loop) {
    try {
      return new ScanForm(block, inner, loop).persistent();
    } catch (Refused e) {
      return loop.because(e.remark);
    }
  }

  private Instruction persistent() throws Refused {
    Persistence persistence = block.preparation().persistence();
    if (persistence == Persistence.OFF) {
      throw new Refused("arignote.cuda.persistent=off");
    }
    if (!block.gpu().device().launchesTogether()) {
      throw new Refused("the device does not run blocks together");
    }
    if (loop.flag().isPresent()) {
      throw new Refused("it may end early");
    }
    if (loop.body().isEmpty() || loop.body().size() > MOST_STAGES) {
      throw new Refused("%d instructions a step".formatted(loop.body().size()));
    }
    addSteppings();
    loop.body().forEach(this::addWritten);
    List<Stage> stages = new ArrayList<>();
    for (Instruction instruction : loop.body()) {
      stages.add(stage(instruction));
    }
    Division division = Division.of(stages, steppings, inner::owns);
    int processors = block.gpu().processors();
    int room = block.gpu().device().sharedMemory();
    Arrangement arrangement =
        Arrangement.fastest(division, processors, room)
            .orElseThrow(() ->
                new Refused(
                    "the weights do not fit %d x %d bytes on the chip"
                        .formatted(processors, room)));
    return kernel(arrangement, remark(persistence, arrangement));
  }

  private String remark(Persistence persistence, Arrangement arrangement) throws Refused {
    double together =
        Estimate.ofStart(arrangement).nanoseconds() / loop.steps().count()
            + Estimate.ofStep(arrangement).nanoseconds();
    double apart = Estimate.ofKernels(arrangement.division()).nanoseconds();
    if (persistence == Persistence.AUTO && together >= apart) {
      throw new Refused(
          "an estimated %.1f us each, %.1f as one kernel".formatted(apart / 1000, together / 1000));
    }
    return "one kernel: an estimated %.1f us each, %.1f step by step"
        .formatted(together / 1000, apart / 1000);
  }

  private Instruction kernel(Arrangement arrangement, String remark) throws Refused {
    View count = View.dense(block.allocate(DType.I64.bytes()), DType.I64, 1);
    Launch launch =
        LoopKernel.of(
            arrangement,
            List.copyOf(steppings.values()),
            loop.steps().count(),
            loop.steps().isReverse(),
            Argument.Address.of(count));
    if (Run.argumentCount(launch) > Run.MOST_ARGUMENTS) {
      throw new Refused("more operands than a kernel takes");
    }
    boolean counts = arrangement.division().waitsOfAll() > 0;
    block.touch(count.slot());
    inner.plan().keepApart();
    block.withdraw(loop.body());
    return new PersistentScan(
        launch,
        block.gpu().kernels().request(launch.code()),
        arrangement,
        loop,
        counts ? Optional.of(new Clear(count)) : Optional.empty(),
        block.operation(),
        block.skip(),
        block.gpu(),
        remark);
  }

  /// Notes where slots lie in each step.
  private void addSteppings() {
    for (ScanSteps.Row row : loop.steps().rows()) {
      Argument.Address first = new Argument.Address(row.rows(), row.offset());
      steppings.put(row.slot(), new Stepping.Row(row.slot(), first, row.stride()));
    }
    for (ScanSteps.Carry carry : loop.steps().carries()) {
      if (!carry.stacked()) {
        steppings.put(
            carry.out(),
            new Stepping.Turns(
                carry.out(),
                new Argument.Address(carry.result(), 0),
                new Argument.Address(carry.other(), 0)));
      }
    }
    for (ScanSteps.Carry carry : loop.steps().carries()) {
      Argument.Address initial =
          new Argument.Address(carry.initial().slot(), carry.initial().offset());
      steppings.put(carry.in(), new Stepping.Previous(carry.in(), initial, carry.out()));
    }
  }

  private void addWritten(Instruction instruction) {
    switch (instruction) {
      case KernelLaunch launch -> launch.writes().forEach(view -> written.add(view.slot()));
      case Dots.Product product -> written.add(product.to().slot());
      case Clear(View to) -> written.add(to.slot());
      case ScanLoop _, PersistentScan _, Branches.Branch _, Probes.Print _ -> {}
    }
  }

  private Stage stage(Instruction instruction) throws Refused {
    return switch (instruction) {
      case KernelLaunch launch -> {
        Loop found =
            launch.launch().loop().orElseThrow(() -> new Refused(launch.name() + " in the body"));
        if (!launch.guard().equals(block.skip())) {
          throw new Refused("not all of the body happens in every step");
        }
        yield new Stage.Elementwise(found);
      }
      case Dots.Product product -> product(product);
      case Clear(View to) -> new Stage.Elementwise(zeros(to));
      case ScanLoop _, PersistentScan _ -> throw new Refused("a loop in the body");
      case Branches.Branch _ -> throw new Refused("a conditional in the body");
      case Probes.Print _ -> throw new Refused("a value to be shown in the body");
    };
  }

  private static Loop zeros(View to) {
    LoopBody body =
        new LoopBody(
            List.of(),
            List.of(new LoopBody.Value(0, to.dtype(), false, new LoopBody.Literal(0, 0))),
            List.of(new LoopBody.Whole(0, 0)),
            List.of());
    return new Loop(body, to.layout().shape(), List.of(), List.of(Place.of(to)));
  }

  /// The product with the weights on the right, if need be as `to' = y' x'`.
  private Stage product(Dots.Product product) throws Refused {
    if (product.sizes().count() != 1) {
      throw new Refused("a product with batch axes in the body");
    }
    View x = matrix(product.x());
    View y = matrix(product.y());
    View to = matrix(product.to());
    if (isTheSame(y)) {
      return new Stage.Product(x, y, to, product.alpha(), product.beta());
    }
    if (isTheSame(x)) {
      return new Stage.Product(
          transposed(y), transposed(x), transposed(to), product.alpha(), product.beta());
    }
    throw new Refused("a product of two matrices that change from step to step");
  }

  private static View matrix(View view) {
    return view.with(view.layout().element(0));
  }

  private static View transposed(View view) {
    Layout layout = view.layout();
    return view.with(layout.transpose(List.of(1, 0)));
  }

  /// Whether a value is the same in all steps.
  private boolean isTheSame(View view) {
    return !steppings.containsKey(view.slot()) && !written.contains(view.slot());
  }
}
