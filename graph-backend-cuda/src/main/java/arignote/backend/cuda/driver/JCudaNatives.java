package arignote.backend.cuda.driver;

import arignote.runtime.DeviceException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import jcuda.JCudaVersion;
import jcuda.LibUtils;
import jcuda.driver.JCudaDriver;

/// Loads JCuda's own native library, and with it the driver's.
///
/// JCuda unpacks its library into `java.io.tmpdir` and runs what it finds there under that name. So
/// it is told, while it loads, that this is a private folder, in which the file has been checked.
final class JCudaNatives {
  /// The property that names the driver's library, where it is not to be found by the loader.
  static final String DRIVER_PROPERTY = "arignote.cuda.driver";

  private JCudaNatives() {}

  /// @throws DeviceException if the driver or JCuda's library cannot be loaded
  static void load() {
    findDriver();
    String library =
        LibUtils.createLibraryFileName(
            LibUtils.createPlatformLibraryName("JCudaDriver-" + JCudaVersion.get()));
    Path folder = unpack(library);
    String before = System.getProperty("java.io.tmpdir");
    try {
      System.setProperty("java.io.tmpdir", folder.toString());
      JCudaDriver.setExceptionsEnabled(false);
    } catch (LinkageError e) {
      throw new DeviceException(
          "gpu: JCuda's library %s cannot be loaded: %s".formatted(library, e.getMessage()), e);
    } finally {
      System.setProperty("java.io.tmpdir", before);
    }
  }

  /// Loads the driver's library before JCuda's, which asks for it: one that failed to load would
  /// not be tried again.
  private static void findDriver() {
    String named = System.getProperty(DRIVER_PROPERTY, "");
    if (named.isEmpty()) {
      String usual =
          System.getProperty("os.name").startsWith("Windows") ? "nvcuda.dll" : "libcuda.so.1";
      try {
        SymbolLookup.libraryLookup(usual, Arena.global());
      } catch (IllegalArgumentException e) {
        throw new DeviceException(
            ("gpu: there is no NVIDIA driver: its library %s cannot be loaded. Install the driver of the"
                    + " graphics card, or name the library with -D%s=FILE; without a GPU run with"
                    + " -Ddevice=cpu")
                .formatted(usual, DRIVER_PROPERTY),
            e);
      }
      return;
    }
    try {
      System.load(Path.of(named).toAbsolutePath().toString());
    } catch (UnsatisfiedLinkError e) {
      throw new DeviceException(
          "gpu: the driver that -D%s names cannot be loaded: %s"
              .formatted(DRIVER_PROPERTY, e.getMessage()),
          e);
    }
  }

  private static Path unpack(String library) {
    try (InputStream resource = JCudaDriver.class.getResourceAsStream("/lib/" + library)) {
      if (resource == null) {
        throw new DeviceException(
            "gpu: JCuda has no library %s for this platform on the class path; add the jar jcuda-natives, or run with -Ddevice=cpu"
                .formatted(library));
      }
      PrivateFolder folder = PrivateFolder.of("jcuda");
      folder.file(library, resource.readAllBytes());
      return folder.path();
    } catch (IOException e) {
      throw new DeviceException(
          "gpu: JCuda's library %s cannot be unpacked: %s; name a folder that can be written to with -D%s=FOLDER"
              .formatted(library, e, PrivateFolder.PROPERTY),
          e);
    }
  }
}
