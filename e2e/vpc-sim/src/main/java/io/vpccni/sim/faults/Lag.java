package io.vpccni.sim.faults;

import java.time.Duration;

/**
 * How far readers are behind.
 *
 * @param describe of EC2's describes
 * @param imdsInterfaces until IMDS shows or hides a MAC
 * @param imdsAddresses until IMDS shows or hides an address of a MAC it shows
 */
public record Lag(Duration describe, Duration imdsInterfaces, Duration imdsAddresses) {
  public static final Lag NONE = new Lag(Duration.ZERO, Duration.ZERO, Duration.ZERO);

  /** The longest of them. */
  public Duration most() {
    var imds = imdsInterfaces.compareTo(imdsAddresses) > 0 ? imdsInterfaces : imdsAddresses;
    return imds.compareTo(describe) > 0 ? imds : describe;
  }
}
