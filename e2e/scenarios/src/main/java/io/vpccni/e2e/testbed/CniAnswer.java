package io.vpccni.e2e.testbed;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;

/** What a CNI executable said. */
public record CniAnswer(int exitCode, String stdout, String stderr) {
  public boolean succeeded() {
    return exitCode == 0;
  }

  /**
   * @throws IllegalStateException if it is not JSON
   */
  public JsonObject json() {
    try {
      return new JsonObject(stdout);
    } catch (DecodeException notJson) {
      throw new IllegalStateException("not JSON: " + this, notJson);
    }
  }

  /** Of an error. */
  public int code() {
    return json().getInteger("code", 0);
  }

  /** The first address of a result. */
  public Ip address() {
    var ips = json().getJsonArray("ips");
    if (!succeeded() || ips == null || ips.isEmpty()) {
      throw new IllegalStateException("no address in: " + this);
    }
    return Cidr.parse(ips.getJsonObject(0).getString("address")).network();
  }
}
