package arignote.backend.cuda.loop;

import arignote.backend.cuda.kernel.Loop;
import arignote.backend.cuda.kernel.Place;
import arignote.plan.Layout;
import arignote.plan.Slot;
import arignote.plan.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A stage, and which part of it a block does.
public record Task(Stage stage, Sharing sharing) {
  /// Elements that a stage reads or writes.
  ///
  /// @param layout in the shape of the stage
  /// @param bytes of an element
  /// @param sharing which of them a block touches; empty if any block may touch any
  record Access(Slot slot, boolean writes, Layout layout, int bytes, Optional<Sharing> sharing) {
    /// Whether each element is touched by the same block in both.
    boolean isAlignedWith(Access other) {
      return sharing.isPresent()
          && sharing.equals(other.sharing)
          && bytes == other.bytes
          && layout.samePositions(other.layout);
    }

    boolean isApartFrom(Access other) {
      return bytes == other.bytes && layout.isApartFrom(other.layout);
    }
  }

  /// In how many parts, each with all the shared columns, the result of a product falls.
  public long parts() {
    return stage instanceof Stage.Product product && sharing instanceof Sharing.Columns(long count)
        ? product.columns() / count
        : 1;
  }

  /// What it reads and writes; weights, which nothing writes, are left out.
  List<Access> accesses() {
    List<Access> accesses = new ArrayList<>();
    switch (stage) {
      case Stage.Elementwise(Loop loop) -> {
        loop.sources().forEach(place -> add(accesses, loop, place, false));
        loop.targets().forEach(place -> add(accesses, loop, place, true));
      }
      case Stage.Product product -> {
        View x = product.x();
        accesses.add(new Access(x.slot(), false, x.layout(), x.dtype().bytes(), Optional.empty()));
        for (long part = 0; part < parts(); part++) {
          long width = product.columns() / parts();
          View to = product.to();
          Layout layout = compact(to.layout().slice(1, part * width, width, 1));
          int bytes = to.dtype().bytes();
          accesses.add(new Access(to.slot(), true, layout, bytes, Optional.of(sharing)));
          if (product.beta() != 0) {
            accesses.add(new Access(to.slot(), false, layout, bytes, Optional.of(sharing)));
          }
        }
      }
    }
    return accesses;
  }

  private void add(List<Access> accesses, Loop loop, Place place, boolean writes) {
    place
        .slot()
        .ifPresent(slot -> {
          Layout layout = compact(Layout.of(place.offset(), loop.shape(), place.strides()));
          accesses.add(
              new Access(slot, writes, layout, place.dtype().bytes(), Optional.of(sharing)));
        });
  }

  /// The layout without axes of length 1, but for the last, which columns lie along.
  private static Layout compact(Layout layout) {
    List<Integer> kept = new ArrayList<>();
    for (int axis = 0; axis < layout.rank(); axis++) {
      if (layout.dim(axis) != 1 || axis == layout.rank() - 1) {
        kept.add(axis);
      }
    }
    return Layout.of(
        layout.offset(),
        kept.stream().mapToLong(layout::dim).toArray(),
        kept.stream().mapToLong(layout::stride).toArray());
  }
}
