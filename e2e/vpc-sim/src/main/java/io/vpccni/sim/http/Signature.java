package io.vpccni.sim.http;

import io.vertx.core.buffer.Buffer;
import io.vpccni.sim.ec2.ApiError;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Holds the parts of a Signature Version 4 in the Authorization header. AWS's SDK cannot check it:
 * its signer always adds {@code x-amz-content-sha256} to the signed headers, and most other clients
 * of EC2 do not sign that header.
 *
 * @param scope is date, region, service and {@code aws4_request}
 * @param signedHeaders are in the order in which they were signed
 */
record Signature(String accessKey, List<String> scope, List<String> signedHeaders, String hex) {
  private static final Pattern HEADER =
      Pattern.compile(
          "AWS4-HMAC-SHA256\\s+Credential=([^/,\\s]+)/(\\d{8}/[^,\\s]+)\\s*,"
              + "\\s*SignedHeaders=([a-z0-9;-]+)\\s*,\\s*Signature=([0-9a-f]{64})");
  private static final Pattern CREDENTIAL = Pattern.compile("Credential=([^/,]+)/");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT);

  /** EC2 accepts no larger difference from its clock, in both directions. */
  private static final Duration FRESH = Duration.ofMinutes(5);

  /** Holds the parts of a request that are signed. */
  record Signed(
      String method,
      String path,
      String query,
      Function<String, Optional<String>> headers,
      Buffer body) {}

  /**
   * @param header is the Authorization header
   * @throws ApiError if there is none, or none of that form
   */
  static Signature parse(Optional<String> header) {
    var text =
        header.orElseThrow(
            () ->
                ApiError.of(
                    "MissingParameter", "The request must contain the parameter AWSAccessKeyId"));
    var found = HEADER.matcher(text);
    if (!found.matches()) {
      throw ApiError.of(
          "IncompleteSignature",
          "Authorization header requires 'AWS4-HMAC-SHA256' with 'Credential', 'SignedHeaders' and"
              + " 'Signature'");
    }
    return new Signature(
        group(found, 1),
        Arrays.asList(group(found, 2).split("/", -1)),
        Arrays.asList(group(found, 3).split(";", -1)),
        group(found, 4));
  }

  /**
   * Returns the access key id in an Authorization header that is not checked further; it is empty
   * if there is none.
   */
  static String accessKeyIn(@Nullable String header) {
    var found = CREDENTIAL.matcher(header == null ? "" : header);
    return found.find() ? group(found, 1) : "";
  }

  private static String group(Matcher found, int number) {
    return String.valueOf(found.group(number));
  }

  /**
   * Checks what can be seen without the secret.
   *
   * @throws ApiError if it is for another service or region, or from another time
   */
  void check(String region, String service, Signed request, Instant now) {
    var time = request.headers().apply("x-amz-date").orElse("");
    if (scope.size() != 4
        || !scope.get(1).equals(region)
        || !scope.get(2).equals(service)
        || !scope.get(3).equals("aws4_request")
        || !time.startsWith(scope.getFirst())) {
      throw invalid(
          "Credential should be scoped to the request's date, to "
              + region
              + " and to service "
              + service);
    }
    if (!signedHeaders.contains("host") || !signedHeaders.contains("x-amz-date")) {
      throw ApiError.of(
          "IncompleteSignature", "'host' and 'x-amz-date' must be among the signed headers");
    }
    checkDate(instant(time), now);
  }

  /** EC2 has more than one code for a wrong date; here clients meet two of them. */
  private static void checkDate(Instant signed, Instant now) {
    if (signed.isBefore(now.minus(FRESH))) {
      throw ApiError.of("RequestExpired", "Request has expired. Timestamp date is " + signed);
    }
    if (signed.isAfter(now.plus(FRESH))) {
      throw invalid("the request was signed at " + signed + ", and it is " + now);
    }
  }

  private static Instant instant(String time) {
    try {
      return LocalDateTime.parse(time, TIME).toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException malformed) {
      throw ApiError.of("IncompleteSignature", "X-Amz-Date is no time: " + time);
    }
  }

  static ApiError invalid(String why) {
    return ApiError.of(
        "AuthFailure", "AWS was not able to validate the provided access credentials: " + why);
  }

  /**
   * @throws ApiError {@code SignatureDoesNotMatch} if another secret was used or another request
   *     was signed
   */
  void verify(String secret, Signed request) {
    var time = request.headers().apply("x-amz-date").orElse("");
    var text =
        String.join(
            "\n",
            "AWS4-HMAC-SHA256",
            time,
            String.join("/", scope),
            hex(sha256(canonical(request).getBytes(StandardCharsets.UTF_8))));
    var key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
    for (var part : scope) {
      key = hmac(key, part);
    }
    if (!MessageDigest.isEqual(
        hex(hmac(key, text)).getBytes(StandardCharsets.US_ASCII),
        hex.getBytes(StandardCharsets.US_ASCII))) {
      throw ApiError.of(
          "SignatureDoesNotMatch",
          "The request signature we calculated does not match the signature you provided. Check your"
              + " AWS Secret Access Key and signing method.");
    }
  }

  private String canonical(Signed request) {
    var headers =
        signedHeaders.stream()
            .map(name -> name + ":" + squeezed(request.headers().apply(name).orElse("")) + "\n")
            .collect(Collectors.joining());
    var body =
        request
            .headers()
            .apply("x-amz-content-sha256")
            .filter(hash -> !hash.equals("required"))
            .orElseGet(() -> hex(sha256(request.body().getBytes())));
    return String.join(
        "\n",
        request.method(),
        request.path(),
        sorted(request.query()),
        headers,
        String.join(";", signedHeaders),
        body);
  }

  private static String squeezed(String value) {
    return value.strip().replaceAll(" +", " ");
  }

  /** Sorts the query's parameters, which a client has already encoded as they are signed. */
  private static String sorted(String query) {
    return query.isEmpty()
        ? ""
        : Arrays.stream(query.split("&", -1))
            .map(pair -> pair.contains("=") ? pair : pair + "=")
            .sorted()
            .collect(Collectors.joining("&"));
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException everyJvmHasIt) {
      throw new IllegalStateException(everyJvmHasIt);
    }
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException everyJvmHasIt) {
      throw new IllegalStateException(everyJvmHasIt);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
