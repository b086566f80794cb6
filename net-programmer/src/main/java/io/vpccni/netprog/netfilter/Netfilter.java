package io.vpccni.netprog.netfilter;

import io.vpccni.netprog.iptables.DesiredTable;
import io.vpccni.netprog.iptables.Difference;
import io.vpccni.netprog.iptables.Tables;
import io.vpccni.netprog.netfilter.DesiredNetfilter.Egress;
import io.vpccni.netprog.netfilter.DesiredNetfilter.Ipv4Node;
import io.vpccni.netprog.nft.ConnmarkTable;
import io.vpccni.netprog.tool.Tool;
import io.vpccni.netprog.tool.ToolFailed;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Brings the node's netfilter rules into the desired state by applying only the difference. It
 * blocks and serves one caller at a time. A second call without a change in between changes
 * nothing.
 */
public final class Netfilter {
  private static final String NO_SUCH = "No such file or directory";

  private final Tool tool;
  private final IptablesPrograms binaries;
  private final ConnmarkBackend backend;
  private final OpenConnections connections;

  /**
   * This is true once IPv6's rules have been found or made free of ours, so that nobody has to look
   * again.
   */
  private boolean ipv6Left;

  /** Collects the clean-ups that the present call of {@link #apply} could not do. */
  private final Set<String> complaints = new TreeSet<>();

  /** Collects the marks that the present call of {@link #apply} has found. */
  private final Set<Integer> marks = new TreeSet<>();

  private Netfilter(
      Tool tool, IptablesPrograms binaries, ConnmarkBackend backend, OpenConnections connections) {
    this.tool = tool;
    this.binaries = binaries;
    this.backend = backend;
    this.connections = connections;
  }

  /**
   * Asks iptables for its variant.
   *
   * @throws ToolFailed if iptables is not installed
   */
  public static Netfilter detect(Tool tool, IptablesPrograms binaries, OpenConnections connections)
      throws ToolFailed {
    var version = tool.succeed(List.of(binaries.iptables(), "--version"), "");
    return new Netfilter(tool, binaries, ConnmarkBackend.of(version), connections);
  }

  public ConnmarkBackend backend() {
    return backend;
  }

  /**
   * Tells what {@link #apply} has changed and found.
   *
   * @param iptables number of chains and rules that iptables added or removed
   * @param nft number of commands that nft carried out
   * @param referenceEgress whether there was a chain of the reference's egress plugin
   * @param marks the connection marks in those rules of ours that were there before
   * @param complaints one sentence for each clean-up that could not be done
   */
  public record Changes(
      int iptables, int nft, boolean referenceEgress, Set<Integer> marks, Set<String> complaints) {
    public Changes {
      marks = Set.copyOf(marks);
      complaints = Set.copyOf(complaints);
    }

    public int count() {
      return iptables + nft;
    }
  }

  /**
   * Applies the difference.
   *
   * @throws ToolFailed with the tool's own message; each table is then as before or as desired,
   *     never in between
   */
  public Changes apply(DesiredNetfilter desired) throws ToolFailed {
    complaints.clear();
    marks.clear();
    var present = saved(false);
    marks.addAll(ReferenceRules.marks(present));
    if (ReferenceRules.masks(desired) && !ReferenceRules.masked(present)) {
      connections.keep();
    }
    boolean marksInNft = backend == ConnmarkBackend.NFTABLES && ReferenceRules.masks(desired);
    // The marks of the other backend go last, so that connections are marked twice for a moment
    // rather than not at all.
    int nft = marksInNft ? marks(desired, desired.node().orElseThrow()) : 0;
    int iptables = change(false, present, ReferenceRules.ipv4(desired, backend, present));
    boolean reference = ReferenceEgressChains.in(present);
    if (desired.egress().orElse(null) instanceof Egress.Ipv6) {
      ipv6Left = false;
      var ipv6 = saved(true);
      reference |= ReferenceEgressChains.in(ipv6);
      iptables += change(true, ipv6, ReferenceRules.ipv6(desired, ipv6));
    } else {
      iptables += leaveIpv6(desired);
    }
    if (!marksInNft && desired.node().isPresent()) {
      nft = dropMarks();
    }
    return new Changes(iptables, nft, reference, marks, complaints);
  }

  /** Removes our IPv6 rules, which an earlier setting may have left, perhaps in another process. */
  private int leaveIpv6(DesiredNetfilter desired) {
    if (ipv6Left) {
      return 0;
    }
    ipv6Left = true;
    try {
      var present = saved(true);
      return change(true, present, ReferenceRules.ipv6(desired, present));
    } catch (ToolFailed noIpv6) {
      // Without IPv6 there is nothing to remove.
      return 0;
    }
  }

  private Tables saved(boolean v6) throws ToolFailed {
    return Tables.parse(tool.succeed(List.of(binaries.save(v6)), ""));
  }

  private int change(boolean v6, Tables present, List<DesiredTable> desired) throws ToolFailed {
    var difference = Difference.between(present, desired);
    restore(v6, difference.text());
    complaints.addAll(difference.complaints());
    try {
      restore(v6, difference.cleanup());
      return difference.changes() + difference.cleanups();
    } catch (ToolFailed refused) {
      complaints.add("stale chains could not be removed: " + refused.getMessage());
      return difference.changes();
    }
  }

  private void restore(boolean v6, String text) throws ToolFailed {
    if (!text.isEmpty()) {
      // -w waits for the xtables lock, which kube-proxy and others take too.
      tool.succeed(List.of(binaries.restore(v6), "--noflush", "-w", "5"), text);
    }
  }

  private int marks(DesiredNetfilter desired, Ipv4Node node) throws ToolFailed {
    var table =
        new ConnmarkTable(desired.mark(), desired.vethPrefixes(), ReferenceRules.exempt(node));
    var commands = table.difference(listing().orElse(""));
    if (!commands.isEmpty()) {
      tool.succeed(List.of("nft", "-f", "-"), String.join("\n", commands) + "\n");
    }
    return commands.size();
  }

  private int dropMarks() {
    try {
      if (listing().isEmpty()) {
        return 0;
      }
      tool.succeed(List.of("nft", "delete", "table", "ip", ConnmarkTable.NAME), "");
      return 1;
    } catch (ToolFailed refused) {
      complaints.add("the stale connection marks could not be removed: " + refused.getMessage());
      return 0;
    }
  }

  /**
   * Lists our nft table. The result is empty if there is none; on a node with legacy iptables also
   * if nft is not installed or the kernel has no nf_tables.
   */
  private Optional<String> listing() throws ToolFailed {
    Tool.Result result;
    try {
      result = tool.run(List.of("nft", "-s", "-a", "list", "table", "ip", ConnmarkTable.NAME), "");
    } catch (ToolFailed e) {
      if (backend == ConnmarkBackend.IPTABLES) {
        return Optional.empty();
      }
      throw e;
    }
    if (result.exit() == 0) {
      marks.addAll(ConnmarkTable.marks(result.output()));
      return Optional.of(result.output());
    }
    if (result.error().contains(NO_SUCH) || backend == ConnmarkBackend.IPTABLES) {
      return Optional.empty();
    }
    // This runs it again only to have its message in the failure.
    return Optional.of(
        tool.succeed(List.of("nft", "-s", "-a", "list", "table", "ip", ConnmarkTable.NAME), ""));
  }
}
