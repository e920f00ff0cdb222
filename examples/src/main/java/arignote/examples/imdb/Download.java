package arignote.examples.imdb;

import arignote.examples.terminal.Progress;
import arignote.examples.terminal.Screen;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Fetches a file by HTTP. Where the connection breaks off or nothing arrives any more, it asks for
/// the rest; what has arrived stays, also after the program has ended, and is gone on with if the
/// server still has the same file. Gives up where there is no network, no server, or one that sends
/// nothing new.
///
/// @param connect how long connecting may take
/// @param stall how long nothing new may arrive
/// @param largest at most so many bytes
record Download(Duration connect, Duration stall, long largest) {
  static final Download PATIENT =
      new Download(Duration.ofSeconds(3), Duration.ofSeconds(10), 512L << 20);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  /// A server that breaks off after every few bytes is not worth it.
  private static final int MOST_TRIES = 20;

  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (?:(\\d+)-\\d+|\\*)/(\\d+)");

  /// The part of a file that has arrived, and beside it which file that is the part of.
  private record Part(Path path) {
    private Path tag() {
      return path.resolveSibling(path.getFileName() + ".tag");
    }

    long size() throws IOException {
      return Files.exists(path) ? Files.size(path) : 0;
    }

    /// Whether the server has said what file this is a part of.
    boolean canBeContinued() throws IOException {
      return size() > 0 && Files.exists(tag());
    }

    /// What the server called the file that it may go on with; what cannot be continued is dropped.
    Optional<String> validator() throws IOException {
      if (canBeContinued()) {
        return Optional.of(Files.readString(tag()));
      }
      drop();
      return Optional.empty();
    }

    void drop() throws IOException {
      Files.deleteIfExists(path);
      Files.deleteIfExists(tag());
    }

    /// Notes what the server calls a file that starts anew.
    void begin(HttpResponse.ResponseInfo response) throws IOException {
      Files.deleteIfExists(tag());
      Optional<String> strong =
          response.headers().firstValue("ETag").filter(tag -> !tag.startsWith("W/"));
      Optional<String> validator = strong.or(() -> response.headers().firstValue("Last-Modified"));
      if (validator.isPresent()) {
        Files.writeString(tag(), validator.get());
      }
    }

    void end() throws IOException {
      Files.deleteIfExists(tag());
    }
  }

  /// What went wrong in one try, after which another may help.
  private static final class Interrupted extends IOException {
    private static final long serialVersionUID = 1L;

    Interrupted(String message) {
      super(message);
    }
  }

  /// What no other try will make better, nor what has arrived of it.
  private static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  /// Writes what is at `source` to `target`, which afterwards is complete; after an exception it
  /// may be a part to go on with.
  ///
  /// @throws IOException if it cannot be had; the message is one line
  void fetch(URI source, Path target, Screen screen) throws IOException {
    Part part = new Part(target);
    try (HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(connect)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build()) {
      try {
        long most = part.canBeContinued() ? part.size() : 0;
        for (int tries = 1; ; tries++) {
          try {
            new Transfer(part, screen).run(client, source);
            part.end();
            return;
          } catch (Interrupted e) {
            if (part.size() <= most || tries == MOST_TRIES) {
              if (!part.canBeContinued()) {
                part.drop();
              }
              throw e;
            }
            most = part.size();
            screen.println(
                "%s after %d bytes; asking for the rest".formatted(e.getMessage(), part.size()));
          } catch (Refused e) {
            part.drop();
            throw e;
          }
        }
      } finally {
        client.shutdownNow();
      }
    }
  }

  /// One request and what comes of it.
  private final class Transfer {
    private final Part part;
    private final Screen screen;
    private final AtomicLong size = new AtomicLong();
    private volatile long total = -1;

    Transfer(Part part, Screen screen) {
      this.part = part;
      this.screen = screen;
    }

    void run(HttpClient client, URI source) throws IOException {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(source).timeout(connect.plus(stall)).GET();
      Optional<String> validator = part.validator();
      long have = part.size();
      if (validator.isPresent()) {
        request.header("Range", "bytes=" + have + "-").header("If-Range", validator.get());
      }
      try (FileChannel file =
          FileChannel.open(part.path(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        HttpResponse<Void> response =
            await(client.sendAsync(request.build(), info -> receive(info, file, have)));
        int status = response.statusCode();
        if (status == 416) {
          throw new Refused("the server does not know the rest of what has arrived");
        }
        if (status != 200 && status != 206) {
          throw new IOException("the server answered with status " + status);
        }
        if (total >= 0 && size.get() != total) {
          throw new Interrupted("the server sent %d of %d bytes".formatted(size.get(), total));
        }
        file.force(true);
      } finally {
        if (part.size() == 0) {
          part.drop();
        }
      }
    }

    private HttpResponse.BodySubscriber<Void> receive(
        HttpResponse.ResponseInfo response, FileChannel file, long have) {
      try {
        boolean rest = response.statusCode() == 206;
        if (!rest && response.statusCode() != 200) {
          return HttpResponse.BodySubscribers.discarding();
        }
        if (rest) {
          Matcher range =
              CONTENT_RANGE.matcher(response.headers().firstValue("Content-Range").orElse(""));
          if (!range.matches() || !String.valueOf(have).equals(range.group(1))) {
            throw new Refused("the server sent another part than it was asked for");
          }
          total = Long.parseLong(range.group(2));
          file.position(have);
          size.set(have);
        } else {
          total = response.headers().firstValueAsLong("Content-Length").orElse(-1);
          part.begin(response);
          file.truncate(0);
        }
        checkSize(total);
      } catch (IOException e) {
        return failed(e);
      }
      return HttpResponse.BodySubscribers.ofByteArrayConsumer(
          bytes -> bytes.ifPresent(some -> append(file, some)));
    }

    private static HttpResponse.BodySubscriber<Void> failed(IOException e) {
      return HttpResponse.BodySubscribers.mapping(
          HttpResponse.BodySubscribers.discarding(),
          _ -> {
            throw new UncheckedIOException(e);
          });
    }

    private void append(FileChannel file, byte[] bytes) {
      try {
        checkSize(size.get() + bytes.length);
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          file.write(buffer);
        }
        size.addAndGet(bytes.length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /// Waits to the end, or until nothing has arrived for too long.
    private HttpResponse<Void> await(CompletableFuture<HttpResponse<Void>> answer)
        throws IOException {
      long seen = -1;
      long lastChange = System.nanoTime();
      Progress progress = Progress.none();
      try {
        while (true) {
          Duration limit = size.get() > 0 ? stall : connect.plus(stall);
          try {
            return answer.get(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
          } catch (TimeoutException _) {
            if (total > 0 && progress instanceof Progress.None) {
              progress = screen.progress("Downloading", total);
            }
            progress.to(size.get());
            if (size.get() != seen) {
              seen = size.get();
              lastChange = System.nanoTime();
            } else if (System.nanoTime() - lastChange > limit.toNanos()) {
              answer.cancel(true);
              throw new Interrupted("nothing arrived for " + limit.toMillis() + " ms");
            }
          } catch (ExecutionException e) {
            throw reason(Objects.requireNonNullElse(e.getCause(), e));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
          }
        }
      } finally {
        progress.close();
      }
    }

    private static IOException reason(Throwable cause) {
      return switch (cause) {
        case UncheckedIOException e -> Objects.requireNonNull(e.getCause());
        // No server, or none that answers: trying again is no use.
        case ConnectException e -> e;
        case HttpTimeoutException e -> e;
        case IOException e when e.getCause() instanceof UncheckedIOException inner ->
            Objects.requireNonNull(inner.getCause());
        case IOException e ->
            new Interrupted("the connection broke off (" + DataException.reason(e) + ")");
        default -> new IOException(cause);
      };
    }
  }

  private void checkSize(long size) throws IOException {
    if (size > largest) {
      throw new Refused("it is larger than " + largest + " bytes");
    }
  }
}
