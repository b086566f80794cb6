package io.vpccni.e2e.up;

import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Testbed;
import java.nio.file.Path;

/** Prints the instructions of {@code make up}, which are commands to copy. */
final class Instructions {
  private Instructions() {}

  static String text(Testbed testbed, Path file) {
    var node = testbed.nodes().getFirst();
    var out = new StringBuilder("\nReady.\n\n");
    for (var each : testbed.nodes()) {
      out.append(
          "  %-8s %s  %-12s %-15s  %s%n"
              .formatted(
                  each.name(),
                  each.facts().instanceId(),
                  each.facts().instanceType(),
                  each.address(),
                  enter(each)));
    }
    testbed.urls().forEach((name, url) -> out.append("  %-11s %s%n".formatted(name, url)));
    return out.append(
            """

            Add a pod on %1$s as a container runtime would:
              ip netns add pod-a
              ON="%2$s"
              conf() { $ON jq -c '.plugins[0] + {name: .name, cniVersion: .cniVersion} | del(.capabilities)' %3$s; }
              cni() { conf | CNI_COMMAND=$1 CNI_CONTAINERID=pod-a CNI_NETNS=/run/netns/pod-a CNI_IFNAME=eth0 CNI_PATH=/opt/cni/bin \\
                CNI_ARGS='IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=pod-a' $ON /opt/cni/bin/aws-cni; }
              cni ADD
            Ping the pod from the node, and a host on the internet from the pod:
              $ON ping -c 3 "$(ip -n pod-a -o addr show eth0 scope global | awk '{print $4}' | cut -d/ -f1)"
              ip netns exec pod-a ping -c 3 203.0.113.10
            Ask the agent what it does and why, look at the rules and the log:
              $ON vpc-cni status
              $ON vpc-cni explain pod default/pod-a
              $ON ip rule
              $ON cat /var/log/aws-routed-eni/ipamd.log
            Ask the simulated EC2; any access key will do:
              AWS_ENDPOINT_URL_EC2=%5$s AWS_REGION=%6$s AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any \\
                aws ec2 describe-network-interfaces
            Remove the pod:
              cni DEL; ip netns del pod-a

            The same facts are in %4$s. Ctrl-C ends everything.
            """
                .formatted(
                    node.name(),
                    enter(node),
                    "/etc/cni/net.d/10-aws.conflist",
                    file,
                    testbed.urls().get("ec2"),
                    testbed.cloud().state().region()))
        .toString();
  }

  private static String enter(Node node) {
    return String.join(" ", node.namespaces().enter());
  }
}
