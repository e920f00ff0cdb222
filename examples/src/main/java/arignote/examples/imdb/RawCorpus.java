package arignote.examples.imdb;

import arignote.examples.terminal.Progress;
import arignote.examples.terminal.Screen;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/// Reviews by their places, read from a folder or an archive in the layout of the Large Movie
/// Review Dataset: `train/pos`, `train/neg`, `test/pos`, `test/neg`, or these in one folder more,
/// with a `.txt` file for each review. Other files are passed over.
///
/// Nothing is unpacked to disk. What could only be an attack or an accident is refused: paths that
/// lead outside, links, reviews and archives of absurd sizes.
record RawCorpus(SortedMap<ReviewFile, RawReview> reviews) {
  /// No review is longer; the longest of the 50,000 real ones has 14,000 bytes.
  static final int LARGEST_REVIEW = 1 << 20;

  /// The real archive has 100,000 files and unpacks to half a gigabyte.
  static final int MOST_FILES = 1_000_000;

  private static final long LARGEST_ARCHIVE = 4L << 30;

  RawCorpus {
    reviews = Collections.unmodifiableSortedMap(new TreeMap<>(reviews));
  }

  /// Reads a folder, a `.tar` or a `.tar.gz`.
  ///
  /// @throws DataException if it cannot be read, or one of the four folders has no review
  static RawCorpus read(Path corpus, Screen screen) {
    SortedMap<ReviewFile, RawReview> reviews = new TreeMap<>();
    try {
      if (Files.isDirectory(corpus)) {
        readFolder(corpus, screen, reviews);
      } else {
        readArchive(corpus, screen, reviews);
      }
    } catch (EOFException e) {
      throw new DataException(corpus + " ends too early: the archive is cut off", e);
    } catch (IOException | IllegalArgumentException e) {
      throw new DataException(
          "%s cannot be read: %s".formatted(corpus, DataException.reason(e)), e);
    }
    for (String folder : List.of("train/pos", "train/neg", "test/pos", "test/neg")) {
      if (reviews.keySet().stream().noneMatch(file -> file.folder().equals(folder))) {
        throw new DataException(
            "%s has no review %s/*.txt; expected are train/pos, train/neg, test/pos and test/neg, there or in one folder of it"
                .formatted(corpus, folder));
      }
    }
    return new RawCorpus(reviews);
  }

  private static void readFolder(
      Path corpus, Screen screen, SortedMap<ReviewFile, RawReview> reviews) throws IOException {
    Path root = corpus.toRealPath();
    List<Path> files;
    try (Stream<Path> found = Files.find(root, 4, (path, _) -> isReview(root, path))) {
      files = found.limit(MOST_FILES + 1L).toList();
    }
    checkCount(corpus, files.size());
    try (Progress progress = screen.progress("Reading", Math.max(1, files.size()))) {
      for (Path file : files) {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          throw new DataException(file + " is a link or the like; only files are accepted");
        }
        String path = relative(root, file);
        try (InputStream content = Files.newInputStream(file)) {
          add(corpus, path, content, reviews);
        }
        progress.to(reviews.size());
      }
    }
  }

  private static String relative(Path root, Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }

  private static boolean isReview(Path root, Path file) {
    return ReviewFile.of(relative(root, file)).isPresent();
  }

  private static void readArchive(
      Path corpus, Screen screen, SortedMap<ReviewFile, RawReview> reviews) throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(corpus);
        Progress progress = screen.progress("Reading", Math.max(1, channel.size()));
        InputStream unpacked = DataFile.unpacked(Channels.newInputStream(channel));
        TarArchiveInputStream tar = new TarArchiveInputStream(unpacked, "UTF-8")) {
      long entries = 0;
      long bytes = 0;
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        checkCount(corpus, ++entries);
        bytes += entry.getSize();
        if (bytes > LARGEST_ARCHIVE) {
          throw new DataException(
              "%s unpacks to more than %d MiB".formatted(corpus, LARGEST_ARCHIVE >> 20));
        }
        String name =
            entry.getName().startsWith("./") ? entry.getName().substring(2) : entry.getName();
        checkInside(corpus, name);
        if (ReviewFile.of(name).isPresent()) {
          if (!isPlainFile(entry)) {
            throw new DataException(
                "%s has a link or the like as %s; only files are accepted"
                    .formatted(corpus, shown(name)));
          }
          add(corpus, name, tar, reviews);
          progress.to(channel.position());
        }
      }
      if (entries == 0) {
        throw new DataException(corpus + " is no archive, or an empty one");
      }
      // Up to the end, where gzip has its checksum.
      unpacked.transferTo(OutputStream.nullOutputStream());
      progress.to(channel.size());
    }
  }

  /// The library's `isFile` is true for links too.
  private static boolean isPlainFile(TarArchiveEntry entry) {
    return entry.getLinkFlag() == TarConstants.LF_NORMAL
        || entry.getLinkFlag() == TarConstants.LF_OLDNORM;
  }

  private static void checkCount(Path corpus, long files) {
    if (files > MOST_FILES) {
      throw new DataException(corpus + " has more than " + MOST_FILES + " files");
    }
  }

  private static void checkInside(Path corpus, String name) {
    boolean absolute = name.startsWith("/") || name.startsWith("\\") || name.matches("[A-Za-z]:.*");
    if (absolute || List.of(name.split("[/\\\\]")).contains("..")) {
      throw new DataException(
          "%s has an entry %s that leads out of it; such an archive is not read further"
              .formatted(corpus, shown(name)));
    }
  }

  private static String shown(String name) {
    return PlainUnpickler.shown(name);
  }

  private static void add(
      Path corpus, String path, InputStream content, SortedMap<ReviewFile, RawReview> reviews)
      throws IOException {
    byte[] bytes = content.readNBytes(LARGEST_REVIEW + 1);
    if (bytes.length > LARGEST_REVIEW) {
      throw new DataException(
          "%s has a review of more than %d bytes: %s"
              .formatted(corpus, LARGEST_REVIEW, shown(path)));
    }
    ReviewFile file = ReviewFile.of(path).orElseThrow();
    if (reviews.put(file, RawReview.of(bytes)) != null) {
      throw new DataException(
          "%s has the review %s/%s twice".formatted(corpus, file.folder(), shown(file.name())));
    }
  }
}
