package arignote.rewrite;

import arignote.ir.Graph;
import arignote.ir.text.IrPrinter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/// Writes a graph after each pass: `DIR/train/00-input.ir`, `01-merge-duplicates.ir`, ...
final class GraphDumper {
  private final String name;
  private final Optional<Path> folder;
  private int written;

  GraphDumper(String name, Optional<Path> folder) {
    this.name = name;
    this.folder = folder.map(parent -> parent.resolve(name.replaceAll("[^A-Za-z0-9_.-]", "_")));
  }

  void write(String stage, Graph graph) {
    if (folder.isEmpty()) {
      return;
    }
    String file = String.format(Locale.ROOT, "%02d-%s.ir", written++, stage);
    try {
      Files.createDirectories(folder.get());
      Files.writeString(folder.get().resolve(file), IrPrinter.print(name, graph));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the dump " + folder.get().resolve(file), e);
    }
  }
}
