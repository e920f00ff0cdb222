package arignote.ir;

/// A variable whose value comes from outside its graph: an argument of a function, or inside the
/// body of a scan an element, a carry or a captured value.
public final class Input extends Variable {
  private final String name;

  /// @param name how the text form and messages call it; need not be unique
  public Input(String name, TensorType type) {
    super(type);
    this.name = name;
  }

  public String name() {
    return name;
  }
}
