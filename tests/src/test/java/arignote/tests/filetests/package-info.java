/// Tests that are files: a graph as text, commands, and what should come out, as `CHECK` lines or
/// as the exact text. They lie in the resources, `filetests/<area>/<case>.ir`; [Filetest] says what
/// such a file looks like.
@NullMarked
package arignote.tests.filetests;

import org.jspecify.annotations.NullMarked;
