package arignote.tests.filetests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.rewrite.RewriteLog;
import arignote.rewrite.rules.Rule;
import arignote.rewrite.rules.RuleBook;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RuleFiresTest {
  @Test
  void everyRuleIsFiredByAFiletest() {
    RewriteLog log = new RewriteLog();
    FiletestFolder.all().forEach(file -> Commands.run(file, log));
    Set<String> silent = new TreeSet<>();
    RuleBook.standard().rules().stream().map(Rule::name).forEach(silent::add);
    silent.removeAll(log.firings().keySet());
    assertEquals(Set.of(), silent, "rules that no file in filetests/ fires");
  }
}
