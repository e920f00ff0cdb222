/// Running graphs: compiled functions, the interface that backends implement, flags. A backend is
/// found by `ServiceLoader`; nothing here knows a particular one.
@NullMarked
package arignote.runtime;

import org.jspecify.annotations.NullMarked;
