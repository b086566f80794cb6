package io.vpccni.e2e.demo;

import io.vpccni.e2e.testbed.Pod;
import io.vpccni.sim.network.Netns;
import io.vpccni.sim.network.VpcNetwork;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Asks a server on the internet who it thinks is calling. */
final class Snat {
  private static final int MILLIS = 5000;

  private Snat() {}

  /** The source address that the far side saw of this pod. */
  static String seenOf(Pod pod) throws IOException {
    return Netns.call(
        Path.of(pod.network().netns()),
        () -> {
          var connection =
              URI.create("http://" + VpcNetwork.INTERNET + "/").toURL().openConnection();
          connection.setConnectTimeout(MILLIS);
          connection.setReadTimeout(MILLIS);
          try (var in = connection.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
          }
        });
  }
}
