package io.vpccni.sim.kubernetes.store;

import io.vertx.core.json.JsonObject;
import java.util.OptionalLong;

/**
 * Says how an object is to be deleted.
 *
 * @param grace is the grace period of a pod in seconds
 * @param uid must be that of the object; empty for any
 * @param resourceVersion must be that of the object; empty for any
 */
public record DeleteOptions(OptionalLong grace, String uid, String resourceVersion) {
  static final DeleteOptions NOW = new DeleteOptions(OptionalLong.of(0), "", "");

  /**
   * @param body is the {@code DeleteOptions} object of the request, which may be empty
   */
  public static DeleteOptions of(JsonObject body) {
    var grace = body.getLong("gracePeriodSeconds");
    return new DeleteOptions(
        grace == null ? OptionalLong.empty() : OptionalLong.of(Math.max(0, grace)),
        Json.text(body, "preconditions.uid"),
        Json.text(body, "preconditions.resourceVersion"));
  }

  /** Returns these options with the grace period that the query names. */
  public DeleteOptions withGrace(long seconds) {
    return new DeleteOptions(OptionalLong.of(Math.max(0, seconds)), uid, resourceVersion);
  }

  /**
   * @throws ApiFailure if the object is not the one that the client means
   */
  void check(ResourceType type, JsonObject object) {
    var name = Json.text(object, "metadata.name");
    check(type, name, "UID", uid, Json.text(object, "metadata.uid"));
    check(
        type,
        name,
        "ResourceVersion",
        resourceVersion,
        Json.text(object, "metadata.resourceVersion"));
  }

  private static void check(
      ResourceType type, String name, String what, String wanted, String there) {
    if (!wanted.isEmpty() && !wanted.equals(there)) {
      throw ApiFailure.conflict(
          type,
          name,
          "Precondition failed: %s in precondition: %s, %s in object meta: %s"
              .formatted(what, wanted, what, there));
    }
  }

  /**
   * Returns the grace period of this object in seconds. Only a bound pod that has not ended has
   * one; it is 0 where neither the request nor the pod names one, since no kubelet ends the pod
   * earlier here.
   */
  long graceOf(ResourceType type, JsonObject object) {
    boolean runs =
        type.equals(ResourceTypes.PODS)
            && !Json.text(object, "spec.nodeName").isEmpty()
            && !Json.text(object, "status.phase").matches("Succeeded|Failed");
    return runs
        ? grace.orElse(Json.object(object, "spec").getLong("terminationGracePeriodSeconds", 0L))
        : 0;
  }
}
