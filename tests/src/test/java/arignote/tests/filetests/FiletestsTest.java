package arignote.tests.filetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import arignote.rewrite.RewriteLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class FiletestsTest {
  private static final boolean BLESS = Boolean.getBoolean("filetests.bless");

  @TestFactory
  Stream<DynamicTest> files() {
    return FiletestFolder.files().stream()
        .map(file -> {
          Filetest test = FiletestFolder.read(file);
          return DynamicTest.dynamicTest(test.name(), file.toUri(), () -> run(file, test));
        });
  }

  private static void run(Path file, Filetest test) throws IOException {
    String output = Commands.run(test, new RewriteLog());
    boolean exact = test.expected().isPresent() || test.checks().isEmpty();
    if (BLESS && exact) {
      Files.writeString(file, test.blessed(output));
      return;
    }
    if (test.expected().isEmpty() && test.checks().isEmpty()) {
      fail(
          test.name()
              + " checks nothing; -Dfiletests.bless=true writes what comes out:\n"
              + output);
    }
    test.expected().ifPresent(expected -> assertEquals(expected, output, test.name()));
    Checks.check(test.name(), test.checks(), output);
  }
}
