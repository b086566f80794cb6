package io.vpccni.e2e.testbed;

import io.vpccni.sim.kubernetes.PodNetwork;
import io.vpccni.sim.network.Netns;
import io.vpccni.sim.network.VpcNetwork;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs cni-metrics-helper for a testbed: the process is on the host, reaches AWS and the API server
 * on loopback, and finds out the cluster's name and the region from the first node's metadata.
 */
public final class MetricsHelper {
  private MetricsHelper() {}

  /**
   * Starts the process.
   *
   * @param more settings over those that it needs here
   * @throws IOException if it has not been built
   */
  public static Daemon start(Testbed testbed, Path log, Map<String, String> more)
      throws IOException {
    var home = Path.of(System.getProperty("vpccni.home", ".")).toAbsolutePath().normalize();
    var program = home.resolve("metrics-helper/target/dist/bin/cni-metrics-helper");
    if (!Files.isExecutable(program)) {
      throw new IOException(program + " has not been built: run e2e/setup/build first");
    }
    Files.deleteIfExists(log);
    var endpoints = testbed.sim().endpoints();
    var instance = testbed.nodes().getFirst().facts().instanceId();
    var all = new TreeMap<String, String>();
    all.put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    all.put("HOME", "/nonexistent");
    all.put("JAVA_HOME", String.valueOf(System.getProperty("java.home")));
    all.put("CLUSTER_ENDPOINT", endpoints.kubernetes().toString());
    all.put("AWS_ENDPOINT_URL_CLOUDWATCH", endpoints.cloudWatch().toString());
    all.put("AWS_ENDPOINT_URL_EC2", endpoints.ec2().toString());
    all.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", String.valueOf(endpoints.imds().get(instance)));
    all.put("AWS_VPC_K8S_CNI_LOGLEVEL", "DEBUG");
    all.putAll(more);
    return Daemon.start("cni-metrics-helper", List.of(program.toString()), all, log);
  }

  /** Returns the network of the pods as the control plane of the testbed's cluster reaches them. */
  public static PodNetwork controlPlane(Testbed testbed) {
    return target -> {
      var channel =
          Netns.call(
              Netns.path(testbed.names().router()),
              () ->
                  SocketChannel.open()
                      .bind(new InetSocketAddress(VpcNetwork.ENDPOINTS.toInetAddress(), 0)));
      PodNetwork.connect(channel, target);
      return channel;
    };
  }
}
