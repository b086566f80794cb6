package io.vpccni.sim.http;

import java.net.URI;
import java.util.Map;

/**
 * Says where the services listen on the host's loopback.
 *
 * @param imdsBySource is IMDS for all instances. Each connection must begin with a PROXY line
 *     (version 1), whose source address tells the instance; {@code network.Relay} writes one
 * @param imds is, by instance id, IMDS as that instance sees it, for plain clients
 */
public record Endpoints(
    URI ec2, URI sts, URI cloudWatch, URI kubernetes, URI imdsBySource, Map<String, URI> imds) {
  public Endpoints {
    imds = Map.copyOf(imds);
  }

  /** Returns the URI of this port on loopback. */
  public static URI local(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }
}
