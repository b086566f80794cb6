package io.vpccni.sim.http;

import io.vertx.core.http.HttpServerRequest;
import java.util.regex.Pattern;

/** Who signed a request. Signatures are not checked: any credentials will do. */
final class AccessKey {
  private static final Pattern CREDENTIAL = Pattern.compile("Credential=([^/,]+)/");

  private AccessKey() {}

  /** The access key id of a SigV4 signature, or empty. */
  static String of(HttpServerRequest request) {
    var header = request.getHeader("Authorization");
    var found = CREDENTIAL.matcher(header == null ? "" : header);
    return found.find() ? String.valueOf(found.group(1)) : "";
  }
}
