package arignote.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.examples.imdb.DataException;
import arignote.examples.imdb.Options;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ProgramTest {
  private final PrintStream realOut = System.out;
  private final PrintStream realErr = System.err;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void redirect() {
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restore() {
    System.setOut(realOut);
    System.setErr(realErr);
  }

  private int status(List<String> jvmArguments, Runnable work, String... arguments) {
    return new Program("Demo", "shows off", Options.names(), Options.table())
        .status(arguments, jvmArguments, work);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void successIsZeroAndSilent() {
    List<String> sound =
        List.of(
            "-Dmax_epochs=2",
            "-Dfloatx=float64",
            "-Dfile.encoding=UTF-8",
            "-Xmx1g",
            "-Dtrace=true");
    assertEquals(0, status(sound, () -> {}));
    assertEquals("", err());
  }

  @Test
  void unknownOptionsAreBadUsage() {
    assertEquals(2, status(List.of("-Dmaxepochs=2"), () -> {}));
    assertTrue(
        err().startsWith("Demo: there is no option maxepochs (did you mean max_epochs?); the"),
        err());
    assertTrue(err().contains("dim_proj, patience"), err());
    assertTrue(err().contains("floatx, device"), err());
    assertEquals(1, err().lines().count());
  }

  @Test
  void argumentsAreBadUsage() {
    assertEquals(2, status(List.of(), () -> {}, "max_epochs=2"));
    assertTrue(err().startsWith("Demo: unexpected argument \"max_epochs=2\""), err());
  }

  @Test
  void wrongValuesAreBadUsage() {
    assertEquals(2, status(List.of(), () -> Options.of(Map.of("patience", "none"))));
    assertTrue(
        err().startsWith("Demo: the option patience must be a whole number from 1 on; found"),
        err());
  }

  @Test
  void otherErrorsAreOneLineWithoutStackTrace() {
    assertEquals(
        1,
        status(
            List.of(),
            () -> {
              throw new DataException("x.pkl is\nbroken");
            }));
    assertEquals("Demo: x.pkl is broken\n", err().replace("\r", ""));
  }

  @Test
  void helpHasAllOptions() {
    assertEquals(
        0,
        status(
            List.of("-Dwhatever=1"),
            () -> {
              throw new AssertionError("help does nothing else");
            },
            "--help"));
    String help = out.toString(StandardCharsets.UTF_8);
    for (String name : Options.names()) {
      assertTrue(help.contains("-D" + name), name);
    }
    assertTrue(help.contains("-Dfloatx"), help);
    assertFalse(help.contains("null"), help);
  }
}
