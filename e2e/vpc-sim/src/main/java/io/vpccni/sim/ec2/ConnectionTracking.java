package io.vpccni.sim.ec2;

import java.util.Optional;

/**
 * Holds the idle timeouts of an ENI's tracked connections, in seconds, where they are not the
 * defaults.
 */
public record ConnectionTracking(
    Optional<Integer> tcpEstablished, Optional<Integer> udpStream, Optional<Integer> udp) {
  public boolean unset() {
    return tcpEstablished.isEmpty() && udpStream.isEmpty() && udp.isEmpty();
  }
}
