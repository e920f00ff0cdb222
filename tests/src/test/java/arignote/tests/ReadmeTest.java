package arignote.tests;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The models of the README, and of the page for those who know Theano, compile, run and learn.
final class ReadmeTest {
  private static final Pattern JAVA = Pattern.compile("(?s)```java\n(.*?)```");
  private static final Pattern LAST_COST = Pattern.compile("step 300: cost ([0-9.E-]+)");

  private static final Pattern COST = Pattern.compile("(?:cost|error) ([0-9.E-]+)");

  @TempDir Path folder;

  @Test
  void theModelLearnsXor() throws Exception {
    String readme = Files.readString(root().resolve("README.md"));
    Matcher block = JAVA.matcher(readme);
    assertTrue(block.find(), "README.md has no Java block");
    String output = run(compile(block.group(1)));
    Matcher cost = LAST_COST.matcher(output);
    assertTrue(cost.find(), output);
    assertTrue(Double.parseDouble(cost.group(1)) < 0.1, output);
  }

  @Test
  void theModelsForThoseWhoKnowTheanoLearn() throws Exception {
    Matcher block = JAVA.matcher(Files.readString(root().resolve("docs/from-theano.md")));
    int models = 0;
    while (block.find()) {
      String output = run(compile(block.group(1)));
      List<Double> costs =
          COST.matcher(output).results().map(match -> Double.parseDouble(match.group(1))).toList();
      assertTrue(costs.getLast() < costs.getFirst() / 2, output);
      models++;
    }
    assertEquals(2, models);
  }

  /// The folder above the module that the tests run in.
  private static Path root() {
    return requireNonNull(Path.of("").toAbsolutePath().getParent());
  }

  private Path compile(String source) throws Exception {
    Path classes = Files.createTempDirectory(folder, "model");
    Path file = Files.writeString(classes.resolve("Model.java"), source);
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                errors,
                "-classpath",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString(),
                file.toString());
    assertEquals(0, status, () -> errors.toString(StandardCharsets.UTF_8));
    return classes;
  }

  private static String run(Path classes) throws Exception {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    PrintStream before = System.out;
    try (URLClassLoader loader =
        new URLClassLoader(
            new URL[] {classes.toUri().toURL()}, ReadmeTest.class.getClassLoader())) {
      System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
      Class<?> model = loader.loadClass("Model");
      Constructor<?> constructor = model.getDeclaredConstructor();
      constructor.setAccessible(true);
      Method main = model.getDeclaredMethod("main");
      main.setAccessible(true);
      main.invoke(constructor.newInstance());
    } finally {
      System.setOut(before);
    }
    return output.toString(StandardCharsets.UTF_8);
  }
}
