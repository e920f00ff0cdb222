package arignote.tests.inspect;

import static arignote.autodiff.Gradients.grad;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import arignote.autodiff.optim.Optimisers;
import arignote.dsl.Initial;
import arignote.dsl.Loop;
import arignote.dsl.Maths;
import arignote.dsl.Nn;
import arignote.dsl.Values;
import arignote.examples.imdb.LstmModel;
import arignote.examples.imdb.Options;
import arignote.examples.imdb.PackedParams;
import arignote.inspect.Explorer;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.runtime.CompileOptions;
import arignote.runtime.Function;
import arignote.runtime.Mode;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The page that shows a graph, opened in a real browser where there is one. Its screenshots stay
/// in `target/explorer`.
class ExplorerTest {
  private static final CompileOptions CPU =
      new CompileOptions("cpu", Mode.FAST_RUN, Set.of(), 1, Optional.empty(), true);

  private record Cell(Variable w, Variable u, Variable b) {
    Variable apply(Variable x, Variable h) {
      return x.dot(w).add(h.dot(u)).add(b);
    }
  }

  private record Params(Cell forget, Cell input, Variable head) {}

  @TempDir private Path folder;

  /// A recurrent network with two gates, its gradient and updates.
  private static Function training() {
    Random random = new Random(1);
    Params p =
        new Params(
            cell(random),
            cell(random),
            Values.shared("head", Initial.glorot(random, DType.F32, 8, 2)));
    Input xs = Values.input("xs", DType.F32, "T", "B", 3);
    Input labels = Values.input("labels", DType.I64, "B");
    Variable last =
        Loop.scan(
                xs,
                Values.zeros(DType.F32, Values.dim("B"), 8),
                (x, h) ->
                    Maths.sigmoid(p.forget().apply(x, h))
                        .mul(h)
                        .add(Maths.tanh(p.input().apply(x, h))))
            .last();
    Variable loss = Nn.crossEntropyOfLogits(last.dot(p.head()), labels);
    return Function.compile()
        .inputs(xs, labels)
        .outputs(loss)
        .updates(Optimisers.sgd(p, grad(loss, p), 0.1))
        .options(CPU)
        .build("train <tag> \"name\"");
  }

  private static Cell cell(Random random) {
    return new Cell(
        Values.shared("w", Initial.glorot(random, DType.F32, 3, 8)),
        Values.shared("u", Initial.glorot(random, DType.F32, 8, 8)),
        Values.shared("b", Initial.glorot(random, DType.F32, 1, 8)));
  }

  @Test
  void thePageIsCompleteInItself() {
    String page = training().explorer();
    assertFalse(page.contains("/*DATA*/"));
    assertFalse(Pattern.compile("(src|href)=|url\\(|https?://|import\\s").matcher(page).find());
    // Names cannot end the script.
    assertTrue(page.contains("train \\u003ctag> \\u0022name\\u0022"), page);
    assertEquals(1, Pattern.compile("</script>").matcher(page).results().count());
    assertEquals(page, training().explorer(), "the same page every time");
  }

  @Test
  void aBrowserDrawsTheStages() throws Exception {
    Path page = Files.writeString(folder.resolve("train.html"), training().explorer());
    String fused = open(page, "stage=fuse-elementwise");
    assertEquals("fuse-elementwise", attribute(fused, "stage"));
    assertTrue(fused.contains("one loop in scan"), "what the pass did");
    int closed = Integer.parseInt(attribute(fused, "boxes"));
    int opened = Integer.parseInt(attribute(open(page, "open=all"), "boxes"));
    assertTrue(opened > closed + 20, closed + " boxes, " + opened + " with loops opened");
    screenshot(page, "open=all", "train.png");
  }

  /// The training function of the tutorial, after a call that was measured.
  @Test
  void aBrowserShowsWhereTheTutorialsTimeGoes() throws Exception {
    Options options = Options.of(Map.of("dim_proj", "32", "n_words", "1000"));
    LstmModel.Params p = PackedParams.share(PackedParams.initial(options, DType.F32));
    LstmModel model = LstmModel.of(p, 0, Optional.empty());
    Function train =
        Function.compile()
            .inputs(model.tokens(), model.mask(), model.labels())
            .outputs(model.cost())
            .updates(Optimisers.adadelta(p, grad(model.cost(), p)))
            .options(CPU.withProfile(true))
            .build("train");
    train.call(
        HostTensor.zeros(DType.I64, 20, 16),
        HostTensor.zeros(DType.F32, 20, 16),
        HostTensor.zeros(DType.I64, 16));
    Path page = Files.writeString(folder.resolve("tutorial.html"), train.explorer());
    String dom = open(page, "open=all&colour=nanos&select=gemm");
    assertEquals("fuse-reductions", attribute(dom, "stage"));
    assertTrue(Integer.parseInt(attribute(dom, "boxes")) > 100, attribute(dom, "boxes"));
    assertTrue(dom.contains("<h2>all gemm of this line</h2>"), "what the node took");
    assertTrue(
        Pattern.compile("<li id=\"cost\">[0-9.e-]+ ms, [0-9.]+ MB").matcher(dom).find(), dom);
    screenshot(page, "open=all&colour=nanos&select=gemm", "tutorial.png");
    screenshot(page, "stage=as written&colour=site", "tutorial-as-written.png");
  }

  @Test
  void aBrowserFindsAndShowsNodes() throws Exception {
    Path page = Files.writeString(folder.resolve("train.html"), training().explorer());
    String dom = open(page, "stage=as written&select=tanh f32[B,8]");
    assertEquals("1", attribute(dom, "found"));
    assertTrue(dom.contains("<li id=\"site\">ExplorerTest.java:"), dom);
    assertTrue(dom.contains("32*B bytes"), dom);
    assertEquals("as written", attribute(dom, "stage"));
    screenshot(page, "stage=as written&colour=site&select=tanh f32[B,8]", "train-node.png");
  }

  @Test
  void fiveThousandNodesAreDrawn() throws Exception {
    Input x = Values.input("x", DType.F32, "B", 3);
    List<Variable> values = new ArrayList<>(List.of(x));
    Set<Variable> unused = new LinkedHashSet<>();
    Random random = new Random(2);
    while (values.size() <= 5000) {
      Variable left = values.get(Math.max(0, values.size() - 1 - random.nextInt(40)));
      Variable right = values.get(Math.max(0, values.size() - 1 - random.nextInt(40)));
      values.add(left.add(right));
      unused.removeAll(List.of(left, right));
      unused.add(values.getLast());
    }
    Graph graph = new Graph(List.of(x), List.copyOf(unused));
    assertEquals(5000, graph.applies().size());
    Path page = Files.writeString(folder.resolve("large.html"), Explorer.html("large", graph));
    int boxes = Integer.parseInt(attribute(open(page, "find=add"), "boxes"));
    assertEquals(1 + 5000 + unused.size(), boxes);
    screenshot(page, "colour=site", "large.png");
  }

  private static String attribute(String dom, String name) {
    Matcher found = Pattern.compile("<body[^>]* data-" + name + "=\"([^\"]*)\"").matcher(dom);
    assertTrue(found.find(), "no data-" + name + " in " + dom.lines().limit(3).toList());
    return found.group(1);
  }

  /// What a page is after its script has run.
  private static String open(Path page, String show) throws Exception {
    Path dom = page.resolveSibling("dom.html");
    browse(page, show, dom, "--dump-dom");
    return Files.readString(dom);
  }

  private static void screenshot(Path page, String show, String name) throws Exception {
    Path target = Files.createDirectories(Path.of("target/explorer")).resolve(name);
    Path log = page.resolveSibling("log.txt");
    browse(page, show, log, "--window-size=1500,950", "--screenshot=" + target.toAbsolutePath());
    assertTrue(Files.size(target) > 10_000, "a screenshot of " + Files.size(target) + " bytes");
  }

  private static void browse(Path page, String show, Path output, String... what)
      throws IOException, InterruptedException {
    Optional<Path> browser = browser();
    if (browser.isEmpty()) {
      System.out.println(
          "skipped: no chromium on the PATH to open " + page.getFileName() + " with");
    }
    assumeTrue(browser.isPresent(), "no chromium on the PATH");
    List<String> command =
        new ArrayList<>(
            List.of(
                browser.orElseThrow().toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--virtual-time-budget=5000",
                "--user-data-dir=" + page.resolveSibling("profile")));
    command.addAll(List.of(what));
    command.add(page.toUri() + "#" + show.replace(" ", "%20"));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertTrue(process.waitFor(120, TimeUnit.SECONDS), "the browser does not end");
      assertEquals(0, process.exitValue(), "exit status of the browser");
    } finally {
      process.destroyForcibly();
    }
  }

  private static Optional<Path> browser() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of(path.split(File.pathSeparator))
        .flatMap(folder ->
            Stream.of("chromium", "chromium-browser", "google-chrome")
                .map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
