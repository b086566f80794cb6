package io.vpccni.ipamd.pod;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Names of a pod's links. Calico and the reference rely on them: never change the recipe. */
public final class LinkNames {
  private static final int HASH_DIGITS = 11;
  private static final int EGRESS_HASH_DIGITS = 8;

  private LinkNames() {}

  /**
   * Returns the host end of the pod's interface {@code index}, 0 being the CNI interface.
   *
   * @param prefix at most 4 bytes
   */
  public static String hostVeth(String prefix, PodRef pod, int index) {
    return prefix + suffix(pod, index);
  }

  /** Returns the host ends of a pod with {@code count} interfaces. */
  public static List<String> hostVeths(String prefix, PodRef pod, int count) {
    var names = new ArrayList<String>();
    for (int index = 0; index < count; index++) names.add(hostVeth(prefix, pod, index));
    return names;
  }

  /**
   * Returns the host ends of a pod: as they were noted, or as they are named where nobody noted
   * them.
   */
  public static List<String> hostVeths(String prefix, Holding holding) {
    var noted = holding.wiring().hostVeths();
    int interfaces = holding.addresses().size();
    return noted.size() == interfaces ? noted : hostVeths(prefix, holding.pod(), interfaces);
  }

  /**
   * Names the host ends of an attachment whose pod's names are taken, by the attachment itself.
   * They have the form of all others: the prefix and 11 hex digits.
   */
  public static List<String> ownHostVeths(String prefix, Attachment attachment, int count) {
    var names = new ArrayList<String>();
    for (int index = 0; index < count; index++) {
      var text = attachment.containerId() + " " + attachment.ifName() + " " + index;
      names.add(prefix + sha1(text).substring(0, HASH_DIGITS));
    }
    return names;
  }

  /** Returns the prefix of a host end's name. */
  public static String prefix(String hostVeth) {
    return hostVeth.substring(0, Math.max(0, hostVeth.length() - HASH_DIGITS));
  }

  /**
   * Returns the host end of a pod with a branch ENI. Where enforcement is strict, the prefix is
   * none that rules for ordinary pods match.
   */
  public static String branchVeth(String prefix, PodRef pod, BranchEni eni) {
    return hostVeth(eni.strict() ? "vlan" : prefix, pod, 0);
  }

  /** Returns the name of the pod's end of a link. */
  public static String inPod(String cniIfName, int index) {
    return index == 0 ? cniIfName : "mNicIf" + index;
  }

  /**
   * Returns the host end of the link to the family that the cluster does not speak. The reference
   * draws such a name; ours follows from the sandbox, so that whoever comes later finds the same
   * link.
   */
  public static String egressVeth(Attachment attachment) {
    return "veth"
        + sha1(attachment.containerId() + " " + attachment.ifName())
            .substring(0, EGRESS_HASH_DIGITS);
  }

  /**
   * Returns the first 11 hex digits of SHA-1 over {@code namespace.name}, {@code .index} added
   * above 0.
   */
  public static String suffix(PodRef pod, int index) {
    var name = index == 0 ? pod.name() : pod.name() + "." + index;
    return sha1(pod.namespace() + "." + name).substring(0, HASH_DIGITS);
  }

  private static String sha1(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("each Java platform has SHA-1", impossible);
    }
  }
}
