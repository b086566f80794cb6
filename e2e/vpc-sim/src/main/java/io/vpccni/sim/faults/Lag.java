package io.vpccni.sim.faults;

import java.time.Duration;

/**
 * Says how far behind the current state readers are.
 *
 * @param describe is the lag of EC2's describe calls
 * @param imdsInterfaces is the time until IMDS shows or hides a MAC
 * @param imdsAddresses is the time until IMDS shows or hides an address of a MAC that it shows
 */
public record Lag(Duration describe, Duration imdsInterfaces, Duration imdsAddresses) {
  public static final Lag NONE = new Lag(Duration.ZERO, Duration.ZERO, Duration.ZERO);

  /** Returns the longest of the three. */
  public Duration most() {
    var imds = imdsInterfaces.compareTo(imdsAddresses) > 0 ? imdsInterfaces : imdsAddresses;
    return imds.compareTo(describe) > 0 ? imds : describe;
  }
}
