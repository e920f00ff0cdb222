package arignote.tests.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.backend.cuda.CudaBackend;
import arignote.runtime.DeviceException;
import arignote.tests.cuda.StandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The benchmark's plumbing, at sizes that are soon done with; the figures mean nothing here.
class CudaBenchmarkTest {
  private final List<String> lines = new ArrayList<>();
  private final CudaBenchmark small =
      new CudaBenchmark(List.of(new Tutorial(3, 2, 4)), 1000, 16, 1 << 16, 2, lines::add);

  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void prepare() {
    StandIn.prepare();
    System.setProperty("device", "gpu");
  }

  @AfterEach
  void restore() {
    System.clearProperty("device");
    CudaBackend.shutdown();
  }

  private Path peer(String script) throws IOException {
    return Files.writeString(folder.resolve("peer.py"), script);
  }

  @Test
  void figuresOfBoth() throws IOException {
    small.run(
        peer(
            """
            import sys
            print("versions PyTorch 0.0")
            for name in sys.argv[2:]:
                print(name, 1.5)
            """));
    String all = String.join("\n", lines);
    assertTrue(all.contains("peer: PyTorch 0.0"), all);
    for (String name : List.of("lstm-T3-B2-D4", "elementwise-1000", "softmax-16")) {
      assertTrue(
          lines.stream()
              .anyMatch(
                  line -> line.matches(name + ": [0-9.]+ ms.*; PyTorch 1.5000 ms, ratio [0-9.]+")),
          all);
    }
    assertTrue(lines.stream().anyMatch(line -> line.matches("copy on the device: \\d+ GB/s")), all);
  }

  @Test
  void withoutAPeerOneLineSaysSo() throws IOException {
    small.run(peer("raise ImportError('no torch')"));
    List<String> left = lines.stream().filter(line -> line.contains("PyTorch")).toList();
    assertEquals(List.of("PyTorch is left out: ImportError: no torch"), left);
    assertEquals(3, lines.stream().filter(line -> line.contains(" ms")).count());
  }

  @Test
  void withoutADeviceItSaysWhy() throws IOException {
    StandIn device = StandIn.install();
    device.devices(0);
    try {
      String message =
          assertThrows(DeviceException.class, () -> small.run(Path.of("peer.py"))).getMessage();
      assertTrue(message.contains("finds no device"), message);
      assertEquals(List.of(), lines);
    } finally {
      device.devices(1);
    }
  }
}
