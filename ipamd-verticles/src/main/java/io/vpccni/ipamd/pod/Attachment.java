package io.vpccni.ipamd.pod;

/**
 * Names one interface of one sandbox: the identity of an ADD, so that a repeated one finds what it
 * already has.
 */
public record Attachment(String containerId, String ifName, String networkName)
    implements Comparable<Attachment> {
  /**
   * Says whether all parts are there: a call that leaves out a part of its identity could match
   * somebody else's address.
   */
  public boolean complete() {
    return !containerId.isEmpty() && !ifName.isEmpty() && !networkName.isEmpty();
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
