package arignote.tests.inspect;

import static arignote.autodiff.Gradients.grad;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import arignote.autodiff.optim.Optimisers;
import arignote.dsl.Conditional;
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
import arignote.ir.Shared;
import arignote.ir.Variable;
import arignote.runtime.CompileOptions;
import arignote.runtime.Function;
import arignote.runtime.Mode;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import arignote.tests.tutorial.Json;
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
    HostTensor tokens = HostTensor.zeros(DType.I64, 20, 16);
    HostTensor mask = HostTensor.zeros(DType.F32, 20, 16);
    HostTensor labels = HostTensor.zeros(DType.I64, 16);
    train.call(tokens, mask, labels);
    Path page = Files.writeString(folder.resolve("tutorial.html"), train.explorer());
    String dom = open(page, "open=all&colour=nanos&select=gemm");
    assertEquals("fuse-reductions", attribute(dom, "stage"));
    assertTrue(Integer.parseInt(attribute(dom, "boxes")) > 100, attribute(dom, "boxes"));
    assertTrue(
        Pattern.compile("<li id=\"cost\">[0-9.e-]+ ms, [0-9.]+ MB in 20 runs<").matcher(dom).find(),
        dom);
    assertTrue(Pattern.compile("<li id=\"line\">[0-9.e-]+ ms, ").matcher(dom).find(), dom);
    String loop = open(page, "select=scan");
    assertTrue(Pattern.compile("<li id=\"whole\">[0-9.e-]+ ms, ").matcher(loop).find(), loop);
    screenshot(page, "open=all&colour=nanos&select=gemm", "tutorial.png");
    screenshot(page, "stage=as written&colour=site", "tutorial-as-written.png");
  }

  /// Each node has its own time, also of two on one line, one in a loop that threads share.
  @Test
  void nodesHaveTheirOwnCosts() throws Exception {
    Input x = Values.input("x", DType.F32, "T", 64, 128);
    Input w = Values.input("w", DType.F32, 128, 128);
    Variable h = Loop.scan(x, Values.zeros(DType.F32, 64, 128), (e, s) -> e.add(s.dot(w))).last();
    Variable sorted = x.get(0).dot(w).add(h.dot(w).dot(w));
    Function f =
        Function.compile()
            .inputs(x, w)
            .outputs(sorted)
            .options(
                new CompileOptions("cpu", Mode.FAST_RUN, Set.of(), 2, Optional.empty(), true)
                    .withProfile(true))
            .build("f");
    for (int i = 0; i < 3; i++) {
      f.call(HostTensor.zeros(DType.F32, 10, 64, 128), HostTensor.zeros(DType.F32, 128, 128));
    }
    Json page = data(f.explorer());
    List<Json> last = nodes(page, page.get("stages").elements().getLast().get("graph").number());
    List<Json> products =
        last.stream()
            .filter(node -> Set.of("dot", "gemm").contains(node.get("op").text()))
            .toList();
    assertEquals(3, products.size());
    for (Json product : products) {
      assertEquals(3, product.get("cost").get("runs").number());
    }
    // Each reads two matrices and writes one; what it adds to is read once more.
    double bytes = 3 * (2 * 64 * 128 + 128 * 128) * 4;
    assertEquals(
        Map.of("dot", bytes, "gemm", bytes + 3 * 64 * 128 * 4),
        products.stream()
            .collect(
                toMap(
                    node -> node.get("op").text(),
                    node -> node.get("cost").get("bytes").number(),
                    (one, other) -> {
                      assertEquals(one, other, "of two dots");
                      return one;
                    })));
    Json scan = last.stream().filter(node -> node.get("op").text().equals("scan")).findAny().get();
    List<Json> inside = nodes(page, scan.get("inner").elements().getFirst().number());
    // Ten steps of three calls, by both threads.
    assertEquals(
        List.of(60.0),
        inside.stream().map(node -> node.get("cost").get("runs").number()).distinct().toList());
  }

  private static Json data(String page) throws Exception {
    Matcher data = Pattern.compile("const data = (.*);\n").matcher(page);
    assertTrue(data.find());
    return Json.parse(data.group(1));
  }

  private static List<Json> nodes(Json page, double graph) {
    return page.get("graphs").elements().get((int) graph).get("nodes").elements().stream()
        .map(id -> page.get("nodes").elements().get((int) id.number()))
        .toList();
  }

  /// Of a call that is not all well: a logarithm of zero in one of its rows, and a branch not
  /// taken.
  private static String recorded() {
    Input x = Values.input("x", DType.F32, "T", 2);
    Shared w = Values.shared("w", HostTensor.of(new float[] {1, 3}, 2));
    Variable summed =
        Loop.scan(x, Values.zeros(DType.F32, 2), (e, s) -> s.add(Maths.log(e).mul(w))).last();
    Variable branch =
        Conditional.cond(x.sum().lt(0), () -> Maths.sinh(summed), () -> Maths.cosh(summed));
    Variable root = Maths.sqrt(x.sub(2));
    return Function.compile()
        .inputs(x)
        .outputs(branch, root)
        .update(w, w.mul(2))
        .options(CPU)
        .build("recorded")
        .explorerWithValues((Object) new float[][] {{1, 2}, {0, 3}, {4, 6}});
  }

  /// What is said of the values of the one node that is found.
  private String values(Path page, String show) throws Exception {
    String dom = open(page, show);
    assertEquals("1", attribute(dom, "found"), show);
    Matcher rows = Pattern.compile("<td>(.*?)</td><td[^>]*>(.*?)</td>").matcher(dom);
    return rows.results().map(row -> row.group(1) + " " + row.group(2)).collect(joining(", "));
  }

  @Test
  void aBrowserShowsTheValuesOfACall() throws Exception {
    Path page = Files.writeString(folder.resolve("recorded.html"), recorded());
    String written = "stage=as written&select=";
    assertEquals(
        "min -2, max 4, mean 0.666667, standard deviation 1.97203, NaN 0, infinities 0, elements 6",
        values(page, written + "sub"));
    // The roots of 0, 1, 2 and 4; none of -1 and of -2.
    assertEquals(
        "min 0, max 2, mean 1.10355, standard deviation 0.7295, NaN 2, infinities 0, elements 6",
        values(page, written + "sqrt"));
    assertEquals(
        "min 1, max 3, mean 2, standard deviation 1, NaN 0, infinities 0, elements 2",
        values(page, written + "@w"));
    // The logarithms of all three steps: of 1, 2, 3, 4, 6, and of 0.
    assertEquals(
        "min 0, max 1.79176, mean 0.993963, standard deviation 0.613157, NaN 0, infinities 1, elements 6",
        values(page, written + "log"));
    assertTrue(open(page, written + "sinh").contains("<li id=\"values\">not computed"), "a branch");
    assertEquals("1", attribute(open(page, "stage=as written&select=cosh"), "found"));
    // What a pass has put into a fused loop is there still.
    assertTrue(values(page, "select=sqrt").contains("NaN 2"));
    screenshot(page, "open=all&colour=values&select=sqrt", "values.png");
  }

  @Test
  void recordingChangesNothing() {
    Shared w = Values.shared("w", HostTensor.of(new float[] {1, 3}, 2));
    Function f = Function.compile().outputs(w.sum()).update(w, w.mul(2)).options(CPU).build("f");
    String page = f.explorerWithValues();
    assertEquals(page, f.explorerWithValues(), "the same page every time");
    assertEquals(4, f.call().item());
    assertTrue(page.contains("\"recorded\":true"));
    assertTrue(f.explorer().contains("\"recorded\":false"));
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
