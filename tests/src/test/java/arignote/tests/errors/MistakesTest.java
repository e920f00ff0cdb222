package arignote.tests.errors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ArignoteException;
import arignote.tests.errors.Mistakes.Mistake;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What is said about ordinary mistakes, compared with texts that a person has read:
/// `mistakes.txt`. `-Dmistakes.bless=true` writes them anew: read the difference before you commit
/// it.
class MistakesTest {
  private static final Path TEXTS =
      Path.of("src/test/resources/arignote/tests/errors/mistakes.txt");
  private static final String MISSED = "missed: ";
  private static final Pattern SITE = Pattern.compile("Mistakes\\.java:(\\d+)");

  private static String messageOf(List<Mistake> all, int index) {
    Mistake mistake = all.get(index);
    ArignoteException error;
    try {
      mistake.statement().run();
      return MISSED + "no error";
    } catch (ArignoteException e) {
      error = e;
    } catch (RuntimeException e) {
      return MISSED + e;
    }
    int end = index + 1 < all.size() ? all.get(index + 1).line() : mistake.line() + 9;
    int next = end > mistake.line() ? end : mistake.line() + 9;
    // New passes are no news here.
    String message =
        error.getMessage().replaceAll("the passes are \\[[^]]*]", "the passes are [...]");
    return error.getClass().getSimpleName()
        + ": "
        + SITE.matcher(message)
            .replaceAll(site -> {
              int line = Integer.parseInt(site.group(1));
              boolean isHere = line >= mistake.line() && line < next;
              return isHere ? "Mistakes.java:HERE" : Matcher.quoteReplacement(site.group());
            });
  }

  private static Map<String, String> blessed() throws Exception {
    Map<String, String> texts = new LinkedHashMap<>();
    for (String block : Files.readString(TEXTS).strip().split("\n\n")) {
      int line = block.indexOf('\n');
      texts.put(block.substring(0, line), block.substring(line + 1).indent(-2).strip());
    }
    return texts;
  }

  @TestFactory
  Stream<DynamicTest> messages() throws Exception {
    List<Mistake> all = Mistakes.all();
    if (Boolean.getBoolean("mistakes.bless")) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < all.size(); i++) {
        text.append(i == 0 ? "" : "\n").append(all.get(i).name()).append('\n');
        text.append(messageOf(all, i).strip().indent(2));
      }
      Files.writeString(TEXTS, text);
    }
    Map<String, String> blessed = blessed();
    return Stream.iterate(0, i -> i < all.size(), i -> i + 1)
        .map(i ->
            DynamicTest.dynamicTest(
                all.get(i).name(),
                () -> {
                  String message = messageOf(all, i).strip();
                  assertFalse(message.startsWith(MISSED), message);
                  assertEquals(blessed.get(all.get(i).name()), message);
                }));
  }

  @Test
  void thereAreManyAndEachHasAText() throws Exception {
    List<String> names = Mistakes.all().stream().map(Mistake::name).toList();
    assertTrue(names.size() >= 40, names.size() + " mistakes");
    assertEquals(names, List.copyOf(blessed().keySet()));
  }
}
