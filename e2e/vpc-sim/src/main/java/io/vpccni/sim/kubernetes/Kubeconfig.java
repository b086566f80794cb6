package io.vpccni.sim.kubernetes;

import java.net.URI;

/** Writes a kubeconfig file for a server that asks for no credentials. */
public final class Kubeconfig {
  private Kubeconfig() {}

  /**
   * @param server is the URL by which the reader of the file reaches it
   */
  public static String text(URI server) {
    return """
        apiVersion: v1
        kind: Config
        clusters:
        - name: vpc-sim
          cluster:
            server: %s
        users:
        - name: vpc-sim
          user:
            token: anyone
        contexts:
        - name: vpc-sim
          context:
            cluster: vpc-sim
            user: vpc-sim
        current-context: vpc-sim
        """
        .formatted(server);
  }
}
