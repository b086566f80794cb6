package io.vpccni.sim.sts;

import io.vpccni.sim.ec2.ApiError;
import io.vpccni.sim.query.Form;
import io.vpccni.sim.query.QueryResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers STS's Query actions. Tokens are not verified, but an expired one is refused. */
public final class Sts {
  private static final String NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";
  private static final Pattern ROLE = Pattern.compile("arn:[a-z-]+:iam::(\\d{12}):role/(.+)");
  private static final Pattern EXPIRY = Pattern.compile("\"exp\"\\s*:\\s*(\\d+)");

  /** This is told of the credentials that were issued. */
  public interface Issued {
    void accept(String accessKey, String secret, String token, Instant until);
  }

  private Sts() {}

  /**
   * @param caller is the access key id, empty if the request was not signed
   * @param issued is told of each set of credentials
   * @throws ApiError with STS's code
   */
  public static String answer(
      Form form, String account, String caller, Issued issued, String id, Instant now) {
    var action = form.need("Action");
    return switch (action) {
      case "AssumeRoleWithWebIdentity" -> {
        refuseExpired(form.need("WebIdentityToken"), now);
        yield assume(action, form, Optional.of("vpc-sim"), issued, id, now);
      }
      case "AssumeRole" -> assume(action, form, Optional.empty(), issued, id, now);
      case "GetCallerIdentity" -> {
        var arn = "arn:aws:sts::%s:assumed-role/vpc-sim/%s".formatted(account, caller);
        yield QueryResponse.result(
            action,
            NAMESPACE,
            id,
            xml -> xml.element("Arn", arn).element("UserId", caller).element("Account", account));
      }
      default ->
          throw ApiError.of("InvalidAction", "Could not find operation " + action + " for STS");
    };
  }

  /**
   * @param provider is that of the web identity, where there is one
   */
  private static String assume(
      String action, Form form, Optional<String> provider, Issued issued, String id, Instant now) {
    var role = role(form.need("RoleArn"));
    var session = form.need("RoleSessionName");
    var name = String.valueOf(role.group(2));
    int seconds = form.text("DurationSeconds").map(Sts::seconds).orElse(3600);
    var key = "ASIA" + "%016X".formatted((name + session).hashCode() & 0xffffffffL);
    var secret = "secret-of-" + name;
    var token = "token-of-" + name;
    var until = now.plus(Duration.ofSeconds(seconds));
    issued.accept(key, secret, token, until);
    var arn = "arn:aws:sts::%s:assumed-role/%s/%s".formatted(role.group(1), name, session);
    return QueryResponse.result(
        action,
        NAMESPACE,
        id,
        xml ->
            xml.nested(
                    "Credentials",
                    _ ->
                        xml.element("AccessKeyId", key)
                            .element("SecretAccessKey", secret)
                            .element("SessionToken", token)
                            .element("Expiration", until))
                .nested(
                    "AssumedRoleUser",
                    _ -> xml.element("AssumedRoleId", "AROAVPCSIM:" + session).element("Arn", arn))
                .optional("Provider", provider));
  }

  private static Matcher role(String arn) {
    var role = ROLE.matcher(arn);
    if (!role.matches()) {
      throw ApiError.of("ValidationError", arn + " is invalid");
    }
    return role;
  }

  private static int seconds(String text) {
    if (!text.chars().allMatch(Character::isDigit) || text.length() > 5) {
      throw ApiError.of("ValidationError", "DurationSeconds is not a number of seconds: " + text);
    }
    int seconds = Integer.parseInt(text);
    if (seconds < 900 || seconds > 43_200) {
      throw ApiError.of("ValidationError", "DurationSeconds must be 900 to 43200");
    }
    return seconds;
  }

  private static void refuseExpired(String token, Instant now) {
    if (token.isBlank()) {
      throw ApiError.of("InvalidIdentityToken", "No token was given");
    }
    var expired = expiry(token).filter(at -> at.isBefore(now));
    if (expired.isPresent()) {
      throw ApiError.of("ExpiredTokenException", "Token expired at " + expired.get());
    }
  }

  /** Returns the {@code exp} claim of a token that looks like a JWT; it is empty for any other. */
  private static Optional<Instant> expiry(String token) {
    var parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      var claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
      var found = EXPIRY.matcher(claims);
      return found.find()
          ? Optional.of(Instant.ofEpochSecond(Long.parseLong(found.group(1))))
          : Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  public static String error(ApiError error, String id) {
    return QueryResponse.error(error, NAMESPACE, id);
  }
}
