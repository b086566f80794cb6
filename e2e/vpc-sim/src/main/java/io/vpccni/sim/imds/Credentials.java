package io.vpccni.sim.imds;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/**
 * Holds temporary credentials of an instance's role. They are derived from the instance id, so the
 * call log can tell who called.
 */
public record Credentials(String instanceId, Instant now) {
  private static final Duration LIFETIME = Duration.ofHours(6);

  public String accessKeyId() {
    var hex = instanceId.substring("i-".length()).toUpperCase(Locale.ROOT);
    return ("ASIA" + hex + "0000000000000000").substring(0, 20);
  }

  public String secret() {
    return "secret-of-" + instanceId;
  }

  public String token() {
    return "token-of-" + instanceId;
  }

  String json() {
    // Renewed each hour, so that a client that asks again gets new ones before the old end.
    var from = now.truncatedTo(ChronoUnit.HOURS);
    return Json.object(
        List.of(
            Json.member("Code", "Success"),
            Json.member("LastUpdated", from.toString()),
            Json.member("Type", "AWS-HMAC"),
            Json.member("AccessKeyId", accessKeyId()),
            Json.member("SecretAccessKey", secret()),
            Json.member("Token", token()),
            Json.member("Expiration", from.plus(LIFETIME).toString())));
  }

  String info(String account, String role) {
    return Json.object(
        List.of(
            Json.member("Code", "Success"),
            Json.member("LastUpdated", now.truncatedTo(ChronoUnit.HOURS).toString()),
            Json.member(
                "InstanceProfileArn",
                "arn:aws:iam::%s:instance-profile/%s".formatted(account, role)),
            Json.member("InstanceProfileId", "AIPA" + accessKeyId().substring(4))));
  }
}
