package io.vpccni.e2e.testbed;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;

/** The answer of a CNI executable is its exit code and what it printed. */
public record CniAnswer(int exitCode, String stdout, String stderr) {
  public boolean succeeded() {
    return exitCode == 0;
  }

  /**
   * Returns stdout as JSON.
   *
   * @throws IllegalStateException if it is not JSON
   */
  public JsonObject json() {
    try {
      return new JsonObject(stdout);
    } catch (DecodeException notJson) {
      throw new IllegalStateException("not JSON: " + this, notJson);
    }
  }

  /** Returns the code of an error object, or 0. */
  public int code() {
    return json().getInteger("code", 0);
  }

  /**
   * Returns the first address of a result.
   *
   * @throws IllegalStateException if there is none
   */
  public Ip address() {
    var ips = json().getJsonArray("ips");
    if (!succeeded() || ips == null || ips.isEmpty()) {
      throw new IllegalStateException("no address in: " + this);
    }
    return Cidr.parse(ips.getJsonObject(0).getString("address")).network();
  }
}
