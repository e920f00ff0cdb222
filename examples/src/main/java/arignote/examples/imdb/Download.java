package arignote.examples.imdb;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Fetches a file by HTTP, and gives up early where there is no network or a server that only seems
/// to answer.
///
/// @param connect how long connecting may take
/// @param stall how long nothing new may arrive
/// @param largest at most so many bytes
record Download(Duration connect, Duration stall, long largest) {
  static final Download PATIENT =
      new Download(Duration.ofSeconds(3), Duration.ofSeconds(10), 256L << 20);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  /// Writes what is at `source` to `target`; after an exception `target` may hold part of it.
  ///
  /// @throws IOException if it cannot be had; the message is one line
  void fetch(URI source, Path target) throws IOException {
    try (HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(connect)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build()) {
      HttpRequest request = HttpRequest.newBuilder(source).timeout(connect.plus(stall)).build();
      CompletableFuture<HttpResponse<Path>> answer =
          client.sendAsync(
              request,
              response ->
                  response.statusCode() == 200
                      ? BodyHandlers.ofFile(target).apply(response)
                      : HttpResponse.BodySubscribers.replacing(target));
      try {
        HttpResponse<Path> response = await(answer, target);
        if (response.statusCode() != 200) {
          throw new IOException("the server answered with status " + response.statusCode());
        }
        checkSize(Files.size(target));
      } finally {
        client.shutdownNow();
      }
    }
  }

  private HttpResponse<Path> await(CompletableFuture<HttpResponse<Path>> answer, Path target)
      throws IOException {
    long size = -1;
    long lastChange = System.nanoTime();
    while (true) {
      Duration limit = size > 0 ? stall : connect.plus(stall);
      try {
        return answer.get(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException _) {
        long newSize = Files.exists(target) ? Files.size(target) : 0;
        checkSize(newSize);
        if (newSize != size) {
          size = newSize;
          lastChange = System.nanoTime();
        } else if (System.nanoTime() - lastChange > limit.toNanos()) {
          throw new IOException("nothing arrived for " + limit.toMillis() + " ms");
        }
      } catch (ExecutionException e) {
        throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }

  private void checkSize(long size) throws IOException {
    if (size > largest) {
      throw new IOException("it is larger than " + largest + " bytes");
    }
  }
}
