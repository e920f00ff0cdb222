package arignote.tests.filetests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.rewrite.Pass;
import arignote.rewrite.Pipelines;
import arignote.rewrite.RewriteLog;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PassFiresTest {
  @Test
  void everyPassChangesAFiletestThatNamesIt() {
    RewriteLog log = new RewriteLog();
    FiletestFolder.all().forEach(file -> Commands.run(file, log));
    Set<String> silent = new TreeSet<>();
    Pipelines.of(Commands.OPTIONS).passes().stream().map(Pass::name).forEach(silent::add);
    silent.removeAll(log.firings().keySet());
    assertEquals(Set.of(), silent, "passes that change no file in filetests/ that names them");
  }
}
