package io.vpccni.netprog;

import io.vpccni.netprog.desired.Kernel;
import io.vpccni.netprog.netfilter.IptablesPrograms;
import io.vpccni.netprog.netfilter.Netfilter;
import io.vpccni.netprog.netfilter.NetfilterReconciler;
import io.vpccni.netprog.netfilter.OpenConnections;
import io.vpccni.netprog.netfilter.RulesetChanges;
import io.vpccni.netprog.netns.NetnsFolders;
import io.vpccni.netprog.netns.Sysctls;
import io.vpccni.netprog.node.KernelSettings;
import io.vpccni.netprog.node.NodeKernel;
import io.vpccni.netprog.settings.ServeSettings;
import io.vpccni.netprog.syscall.SystemCallFailed;
import io.vpccni.netprog.tool.Tool;
import io.vpccni.netprog.tool.ToolFailed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Builds the {@link Kernel} that the daemon serves: links, rules and routes, and netfilter. */
final class KernelAssembly {
  /**
   * An iptables or nft program is killed after this time; it may have to wait for another program
   * that holds the xtables lock.
   */
  private static final Duration TOOLS = Duration.ofSeconds(10);

  private KernelAssembly() {}

  /**
   * Opens the kernel of the calling thread's network namespace.
   *
   * @throws KernelUnavailable if a tool or a capability is missing; the message says which
   */
  static Kernel kernel(ServeSettings settings, Consumer<Kernel.Event> events) {
    try {
      var netfilter =
          Netfilter.detect(
              new Tool(List.of(), TOOLS),
              IptablesPrograms.OF_THE_NODE,
              OpenConnections.OF_THIS_NAMESPACE);
      var ruleset = RulesetChanges.of(netfilter.backend());
      var reconciler =
          new NetfilterReconciler(netfilter, ruleset, NetfilterReconciler.PERIOD, events);
      return NodeKernel.open(surroundings(settings), Optional.of(reconciler), events);
    } catch (ToolFailed e) {
      throw new KernelUnavailable("netfilter: " + e.getMessage(), e);
    } catch (SystemCallFailed e) {
      throw new KernelUnavailable(
          e.getMessage() + "; net-programmer needs uid 0, CAP_NET_ADMIN and CAP_SYS_ADMIN", e);
    }
  }

  /** Returns where the kernel's files are on this node. */
  static KernelSettings surroundings(ServeSettings settings) {
    return new KernelSettings(
        new Sysctls(settings.sysctlRoot().toString()),
        new NetnsFolders(settings.netnsFolders().stream().map(Path::toString).toList()));
  }
}
