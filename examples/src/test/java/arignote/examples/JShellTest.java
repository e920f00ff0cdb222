package arignote.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `examples/jshell` starts: its imports, and how values and graphs print there.
final class JShellTest {
  @TempDir private Path folder;

  @Test
  void expressionsFunctionsAndValuesPrint() throws Exception {
    Path jshell = Path.of(System.getProperty("java.home"), "bin", "jshell");
    if (!Files.isExecutable(jshell)) {
      System.out.println("skipped: no jshell in " + System.getProperty("java.home"));
    }
    assumeTrue(Files.isExecutable(jshell), "no jshell");
    Path input =
        Files.writeString(
            folder.resolve("input.jsh"),
            """
            var x = input("x", F32, "N")
            var loss = square(x).sum()
            grad(loss, x)
            var f = Function.compile().inputs(x).outputs(loss, grad(loss, x)).build("f")
            f.call(new float[] {1, 2})
            System.out.println(debugPrint(loss))
            /exit
            """);
    Path output = folder.resolve("output.txt");
    Process process =
        new ProcessBuilder(
                jshell.toString(),
                "--class-path",
                System.getProperty("java.class.path"),
                "--add-modules",
                "jdk.incubator.vector",
                "-R--add-modules",
                "-Rjdk.incubator.vector",
                "-R--enable-native-access=ALL-UNNAMED",
                "--startup",
                "DEFAULT",
                "--startup",
                "imports.jsh",
                "-J-Djava.util.prefs.userRoot=" + folder)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .redirectInput(input.toFile())
            .start();
    try {
      assertTrue(process.waitFor(120, TimeUnit.SECONDS), "jshell does not end");
      assertEquals(0, process.exitValue());
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(output, StandardCharsets.UTF_8);
    assertTrue(text.contains("Arignote. For example: "), text);
    for (String line :
        List.of(
            "x ==> x : f32[N]",
            "loss ==> sum(square(x)) : f32",
            "$3 ==> fill(1, f32) * (x * 2) : f32[N]",
            "f ==> f(x: f32[N]) -> [0, 1]",
            "1 = f32[2] [2.0, 4.0]",
            "└─ square [B] f32[N] 4*N bytes")) {
      assertTrue(text.contains(line), line + " is not in\n" + text);
    }
  }
}
