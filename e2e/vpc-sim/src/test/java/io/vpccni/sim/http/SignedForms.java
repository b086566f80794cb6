package io.vpccni.sim.http;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Sends raw requests to EC2 that a typed client would not let one send. */
final class SignedForms {
  /** A well-formed header whose key is unknown, so that its signature is not verified. */
  private static final String HEADER =
      "AWS4-HMAC-SHA256 Credential=AKIATEST/DATE/us-west-2/ec2/aws4_request,"
          + " SignedHeaders=host;x-amz-date, Signature=ZEROS";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private SignedForms() {}

  static HttpResponse<String> send(RunningSim sim, String form)
      throws IOException, InterruptedException {
    return send(sim, form, HEADER, Instant.now());
  }

  /**
   * @param header is sent with DATE and ZEROS replaced; null sends none
   */
  static HttpResponse<String> send(
      RunningSim sim, String form, @Nullable String header, Instant time)
      throws IOException, InterruptedException {
    var date = TIME.format(time);
    var request =
        HttpRequest.newBuilder(sim.sim.endpoints().ec2())
            .timeout(Duration.ofSeconds(10))
            .header("X-Amz-Date", date)
            .POST(HttpRequest.BodyPublishers.ofString(form));
    if (header != null) {
      request.header(
          "Authorization",
          header
              .replaceFirst("^(OLD|EARLY) ", "")
              .replace("DATE", date.substring(0, 8))
              .replace("ZEROS", "0".repeat(64)));
    }
    try (var http = HttpClient.newHttpClient()) {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }
}
