package io.vpccni.sim.kubernetes.store;

import io.vertx.core.json.JsonObject;
import java.io.Serial;

/**
 * The API server refuses a request; nothing has changed then. Code and reason are those of
 * Kubernetes, and clients decide by them.
 */
public final class ApiFailure extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final int code;
  private final String reason;

  public ApiFailure(int code, String reason, String message) {
    super(message, null, false, false); // an expected outcome: no stack trace to pay for
    this.code = code;
    this.reason = reason;
  }

  /** Returns an error with this HTTP status and the reason that Kubernetes gives with it. */
  public static ApiFailure of(int status, String message) {
    var reason =
        switch (status) {
          case 400 -> "BadRequest";
          case 401 -> "Unauthorized";
          case 403 -> "Forbidden";
          case 404 -> "NotFound";
          case 409 -> "Conflict";
          case 410 -> "Expired";
          case 429 -> "TooManyRequests";
          case 500 -> "InternalError";
          case 503 -> "ServiceUnavailable";
          case 504 -> "Timeout";
          default -> "";
        };
    return new ApiFailure(status, reason, message);
  }

  public static ApiFailure badRequest(String message) {
    return new ApiFailure(400, "BadRequest", message);
  }

  /** Returns the error for a path that is not served. */
  public static ApiFailure noSuchPath() {
    return new ApiFailure(404, "NotFound", "the server could not find the requested resource");
  }

  static ApiFailure notFound(ResourceType type, String name) {
    return new ApiFailure(404, "NotFound", type.qualifiedName() + " \"" + name + "\" not found");
  }

  static ApiFailure alreadyExists(ResourceType type, String name) {
    return new ApiFailure(
        409, "AlreadyExists", type.qualifiedName() + " \"" + name + "\" already exists");
  }

  static ApiFailure conflict(ResourceType type, String name, String why) {
    return new ApiFailure(
        409,
        "Conflict",
        "Operation cannot be fulfilled on %s \"%s\": %s"
            .formatted(type.qualifiedName(), name, why));
  }

  public static ApiFailure invalid(String message) {
    return new ApiFailure(422, "Invalid", message);
  }

  /**
   * Returns the error that the history which the request needs is no longer kept: the client must
   * list again.
   */
  static ApiFailure expired(String message) {
    return new ApiFailure(410, "Expired", message);
  }

  public static ApiFailure methodNotAllowed() {
    return new ApiFailure(
        405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
  }

  public static ApiFailure unsupportedMediaType(String type) {
    return new ApiFailure(
        415, "UnsupportedMediaType", "the body of the request was in an unknown format: " + type);
  }

  public int code() {
    return code;
  }

  /** Returns the {@code Status} object that the client gets. */
  public JsonObject status() {
    return new JsonObject()
        .put("kind", "Status")
        .put("apiVersion", "v1")
        .put("metadata", new JsonObject())
        .put("status", "Failure")
        .put("message", getMessage())
        .put("reason", reason)
        .put("code", code);
  }
}
