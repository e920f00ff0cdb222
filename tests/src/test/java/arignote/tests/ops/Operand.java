package arignote.tests.ops;

import arignote.ir.TensorType;

/// The type of an operand and the values it is tested with.
public record Operand(TensorType type, Domain domain) {}
