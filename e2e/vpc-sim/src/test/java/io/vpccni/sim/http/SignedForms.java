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

/** Raw requests to EC2: what a typed client would not let one send. */
final class SignedForms {
  /** Whole in form; the key is unknown, so nobody can tell whether it is right. */
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
   * @param header in which DATE and ZEROS are replaced; null: none
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
              .replace("OLD ", "")
              .replace("DATE", date.substring(0, 8))
              .replace("ZEROS", "0".repeat(64)));
    }
    try (var http = HttpClient.newHttpClient()) {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }
}
