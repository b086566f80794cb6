package io.vpccni.ipamd.pod;

import org.jspecify.annotations.Nullable;

/**
 * Names one interface of one sandbox: the identity of an ADD, so that a repeated one finds what it
 * already has.
 */
public record Attachment(String containerId, String ifName, String networkName)
    implements Comparable<Attachment> {
  /** Each runtime of Kubernetes gives this name to the interface of the pod's own network. */
  private static final String FIRST_INTERFACE = "eth0";

  /**
   * Says whether all parts are there: a call that leaves out a part of its identity could match
   * somebody else's address.
   */
  public boolean complete() {
    return !containerId.isEmpty() && !ifName.isEmpty() && !networkName.isEmpty();
  }

  /**
   * This method and {@link #hashCode} are written out because the ones generated for records are
   * several times slower under the JVM's client compiler, and the pool looks up each attachment in
   * several maps.
   */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Attachment attachment
        && containerId.equals(attachment.containerId)
        && ifName.equals(attachment.ifName)
        && networkName.equals(attachment.networkName);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * containerId.hashCode() + ifName.hashCode()) + networkName.hashCode();
  }

  /**
   * Says whether both are one interface in the kernel: a container has one of each name, whichever
   * network asks for it.
   */
  public boolean sameInterface(Attachment other) {
    return containerId.equals(other.containerId) && ifName.equals(other.ifName);
  }

  /** Returns a key that all attachments of the same interface in the kernel have in common. */
  public Attachment onAnyNetwork() {
    return new Attachment(containerId, ifName, "");
  }

  /** Says whether it is the interface that the runtime asks for, which has the default route. */
  public boolean first() {
    return ifName.equals(FIRST_INTERFACE);
  }

  @Override
  public int compareTo(Attachment other) {
    int byContainer = containerId.compareTo(other.containerId);
    if (byContainer != 0) {
      return byContainer;
    }
    int byName = ifName.compareTo(other.ifName);
    return byName != 0 ? byName : networkName.compareTo(other.networkName);
  }
}
