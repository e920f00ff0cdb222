/// The text form of graphs: typed A-normal form that prints deterministically and reads back to a
/// graph that prints the same. Attributes of ops are their record components, found by reflection,
/// so that a new op needs nothing here.
///
/// ```
/// graph @main(%x: f32[T,B]) -> f32[B] {
///   shared @w : f32
///   %0 = sum(%x) {axes=[0]} : f32[B]
///   %1 = broadcast(@w) : f32[B]
///   %2 = mul(%0, %1) : f32[B]
///   return %2
/// }
/// ```
///
/// - `%name` is an input, `%0` a result or a constant, `@name` a shared variable. Names are unique
///   within a body; a body sees only what its own lines define. Names that are not identifiers,
///   joined by dots, stand in double quotes.
/// - Each line ends with its types, which the parser compares with what the op infers.
/// - Attributes are written `{axis=0, size=T-1}`. Left out are those at their usual value
///   (`batch=0`, `step=1`, a flag that is false) and those that the line's type says: the `type` of
///   a fill, the `shape` of a broadcast, the `to` of a cast.
/// - Constants are lines of their own: `%3 = constant {value=[1.0, nan, -inf]} : f32[3]`.
/// - Comments begin with `//` and last until the end of the line.
///
/// Other text forms, such as DOT or HTML, are in `arignote.inspect`.
@NullMarked
package arignote.ir.text;

import org.jspecify.annotations.NullMarked;
