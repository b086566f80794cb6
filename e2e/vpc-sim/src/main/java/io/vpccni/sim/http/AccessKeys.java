package io.vpccni.sim.http;

import io.vpccni.sim.cloud.Cloud;
import io.vpccni.sim.ec2.Instance;
import io.vpccni.sim.imds.Credentials;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps the access keys that are known: those of a scene, those of instance roles, and those that
 * STS has issued. Unless a scene names keys, any other is accepted too, whatever it signs with.
 */
public final class AccessKeys {
  /**
   * @param token is that of temporary credentials, which each request must carry
   * @param until is when they expire
   */
  record Known(String secret, Optional<String> token, Instant until) {}

  private final Cloud cloud;
  private final Map<String, Known> known = new ConcurrentHashMap<>();
  private volatile boolean onlyKnown;

  AccessKeys(Cloud cloud) {
    this.cloud = cloud;
  }

  /**
   * Admits only these keys, those of roles and those of STS from now on.
   *
   * @param secrets are by access key id
   */
  public void only(Map<String, String> secrets) {
    secrets.forEach(
        (key, secret) -> known.put(key, new Known(secret, Optional.empty(), Instant.MAX)));
    onlyKnown = !secrets.isEmpty();
  }

  void issued(String key, String secret, String token, Instant until) {
    known.put(key, new Known(secret, Optional.of(token), until));
  }

  /**
   * @throws io.vpccni.sim.ec2.ApiError if EC2 would refuse the signature
   */
  String check(Signature.Signed request, Instant now) {
    var signature = Signature.parse(request.headers().apply("authorization"));
    signature.check(cloud.state().region(), "ec2", request, now);
    var key = find(signature.accessKey());
    if (key.isEmpty()) {
      if (onlyKnown) {
        throw Signature.invalid("no such access key");
      }
      return signature.accessKey();
    }
    signature.verify(key.get().secret(), request);
    if (!key.get().token().equals(request.headers().apply("x-amz-security-token"))) {
      throw Signature.invalid("the security token is not the one of this access key");
    }
    if (!key.get().until().isAfter(now)) {
      throw io.vpccni.sim.ec2.ApiError.of("RequestExpired", "Request has expired.");
    }
    return signature.accessKey();
  }

  private Optional<Known> find(String key) {
    return Optional.ofNullable(known.get(key)).or(() -> ofRole(key));
  }

  private Optional<Known> ofRole(String key) {
    return cloud.state().instances().stream()
        .filter(Instance::exists)
        .map(instance -> new Credentials(instance.id(), Instant.EPOCH))
        .filter(credentials -> credentials.accessKeyId().equals(key))
        .findFirst()
        .map(
            credentials ->
                new Known(credentials.secret(), Optional.of(credentials.token()), Instant.MAX));
  }
}
