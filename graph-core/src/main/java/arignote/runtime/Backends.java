package arignote.runtime;

import arignote.ir.Site;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/// Finds the backends on the class path.
public final class Backends {
  private Backends() {}

  /// The backend that compile options ask for.
  ///
  /// @throws DeviceException if it is not on the class path
  public static Backend of(CompileOptions options) {
    String name =
        options.mode() == Mode.REFERENCE ? "reference" : options.device().replaceAll("[0-9]+$", "");
    List<String> found = new ArrayList<>();
    for (Backend backend : ServiceLoader.load(Backend.class)) {
      if (backend.name().equals(name)) {
        return backend;
      }
      found.add(backend.name());
    }
    throw new DeviceException(
        "device \"%s\": no backend \"%s\" on the class path, found %s; %s (%s)"
            .formatted(options.device(), name, found, remedy(name), Site.current()));
  }

  private static String remedy(String name) {
    return switch (name) {
      case "cpu" -> "add the module org.arignote:graph-backend-cpu";
      case "gpu" -> "add the module org.arignote:graph-backend-cuda";
      default -> "devices are cpu, gpu, gpu0, gpu1 ...";
    };
  }
}
