package io.vpccni.e2e.scenario;

import io.vpccni.e2e.testbed.Testbed;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks the simulated API server as any client with all permissions does. */
final class ClusterApi {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private ClusterApi() {}

  /**
   * Sends a request, whose body is a merge patch if it has one, and returns the answer whatever its
   * status is.
   */
  static HttpResponse<String> ask(Testbed testbed, String method, String path, String body)
      throws IOException {
    var request =
        HttpRequest.newBuilder(URI.create(testbed.sim().endpoints().kubernetes() + path))
            .timeout(TIMEOUT)
            .header("Content-Type", "application/merge-patch+json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (var http = HttpClient.newHttpClient()) {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    }
  }

  /** Sends a request like {@link #ask} and returns the body of an answer with the status 200. */
  static String send(Testbed testbed, String method, String path, String body) throws IOException {
    var answer = ask(testbed, method, path, body);
    if (answer.statusCode() != 200) {
      throw new IOException(
          "%s %s answered %d: %s".formatted(method, path, answer.statusCode(), answer.body()));
    }
    return answer.body();
  }
}
