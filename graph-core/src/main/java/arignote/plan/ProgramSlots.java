package arignote.plan;

import arignote.ir.Shared;
import arignote.tensor.DType;
import java.util.List;
import java.util.Map;

/// How a prepared program and its caller exchange values.
///
/// @param shared the slot of each shared variable that is used or updated
/// @param results what each call allocates anew
public record ProgramSlots(
    List<Exchanged> inputs, Map<Shared, Slot> shared, List<Exchanged> results) {
  /// A tensor that a call takes or gives.
  ///
  /// @param name of an input; results have none
  /// @param shape must not be changed
  public record Exchanged(String name, Slot slot, DType dtype, long[] shape) {
    /// What lies dense in all of a slot.
    public static Exchanged of(String name, View view) {
      return new Exchanged(name, view.slot(), view.dtype(), view.layout().shape());
    }
  }

  public ProgramSlots {
    inputs = List.copyOf(inputs);
    results = List.copyOf(results);
  }
}
