package arignote.backend.cuda.driver;

import arignote.runtime.DeviceException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Finds a library of the CUDA toolkit: in the place that a property names, in CUDA_PATH and
/// CUDA_HOME, in `/usr/local/cuda*`, on the loader's own path, among the packages of a Python
/// installation.
///
/// @param name for messages: `NVRTC`
/// @param property names the file
/// @param sonames what the file may be called, the best first
/// @param before a library beside it that must be loaded first, by the start of its name
/// @param remedy what to do if there is none
record LibraryFinder(
    String name, String property, List<String> sonames, String before, String remedy) {
  /// A library that has been loaded.
  ///
  /// @param place where it was found
  record Found(SymbolLookup symbols, String place) {}

  /// @throws DeviceException if it is nowhere; the message lists the places
  Found load() {
    List<String> tried = new ArrayList<>();
    String named = System.getProperty(property, "");
    if (!named.isEmpty()) {
      return load(Path.of(named), tried)
          .orElseThrow(() ->
              new DeviceException(
                  "gpu: %s, which -D%s names, cannot be loaded: %s"
                      .formatted(name, property, String.join("; ", tried))));
    }
    for (Path folder : folders()) {
      for (String soname : sonames) {
        Path file = folder.resolve(soname);
        if (Files.exists(file)) {
          Optional<Found> found = load(file, tried);
          if (found.isPresent()) {
            return found.get();
          }
        }
      }
      tried.add(folder.toString());
    }
    for (String soname : sonames) {
      try {
        return new Found(SymbolLookup.libraryLookup(soname, Arena.global()), soname);
      } catch (IllegalArgumentException _) {
        tried.add(soname + " on the loader's path");
      }
    }
    throw new DeviceException(
        "gpu: %s was not found; %s, or name the file with -D%s=FILE. Tried were %s"
            .formatted(name, remedy, property, String.join(", ", tried)));
  }

  private Optional<Found> load(Path file, List<String> tried) {
    try {
      if (!before.isEmpty()) {
        loadNeighbours(file.toAbsolutePath());
      }
      return Optional.of(
          new Found(
              SymbolLookup.libraryLookup(file.toAbsolutePath(), Arena.global()), file.toString()));
    } catch (IllegalArgumentException | UnsatisfiedLinkError e) {
      tried.add(file + " (" + e.getMessage() + ")");
      return Optional.empty();
    }
  }

  /// Loaded by its path, a library does not find its neighbours by itself.
  private void loadNeighbours(Path file) {
    Path folder = file.getParent();
    if (folder == null) {
      return;
    }
    for (Path neighbour : matching(folder, before + "*.so*")) {
      try {
        System.load(neighbour.toString());
      } catch (UnsatisfiedLinkError _) {
        // The loader may find another, and the library itself says if it misses it.
      }
    }
  }

  private static List<Path> folders() {
    Set<Path> folders = new LinkedHashSet<>();
    Stream.of("CUDA_PATH", "CUDA_HOME")
        .map(System::getenv)
        .filter(value -> value != null && !value.isEmpty())
        .map(Path::of)
        .forEach(root -> addLibraries(root, folders));
    addLibraries(Path.of("/usr/local/cuda"), folders);
    matching(Path.of("/usr/local"), "cuda-*").forEach(root -> addLibraries(root, folders));
    for (Path root : pythonPackages()) {
      for (Path vendor : matching(root, "nvidia")) {
        matching(vendor, "*").stream()
            .map(part -> part.resolve("lib"))
            .filter(Files::isDirectory)
            .forEach(folders::add);
      }
    }
    return List.copyOf(folders);
  }

  private static void addLibraries(Path root, Set<Path> folders) {
    Stream.of("lib64", "lib", "targets/x86_64-linux/lib", "targets/sbsa-linux/lib", "bin")
        .map(root::resolve)
        .filter(Files::isDirectory)
        .forEach(folders::add);
  }

  private static List<Path> pythonPackages() {
    List<Path> packages = new ArrayList<>();
    List<Path> roots =
        Stream.concat(
                Stream.of("VIRTUAL_ENV", "CONDA_PREFIX")
                    .map(System::getenv)
                    .filter(value -> value != null && !value.isEmpty()),
                Stream.of(System.getProperty("user.home") + "/.local", "/usr/local", "/usr"))
            .map(Path::of)
            .toList();
    for (Path root : roots) {
      for (Path python : matching(root.resolve("lib"), "python3*")) {
        packages.add(python.resolve("site-packages"));
        packages.add(python.resolve("dist-packages"));
      }
    }
    return packages;
  }

  /// The entries of a folder, if there is one, that match a pattern; later versions first.
  private static List<Path> matching(Path folder, String pattern) {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, pattern)) {
        entries.forEach(found::add);
      } catch (IOException _) {
        // What cannot be read holds no library for us.
      }
    }
    found.sort(Comparator.<Path>naturalOrder().reversed());
    return found;
  }
}
