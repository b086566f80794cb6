package io.vpccni.ipamd.metrics;

/** Names the parts of a CNI call; {@code text} is the label value. */
public enum Phase {
  /** Lasts from the start of the executable to its whole request being here. */
  SOCKET("socket"),
  PARSE("parse"),
  /**
   * Lasts from asking the pool to its answer, waiting for an address and for the checkpoint
   * included.
   */
  ASSIGN("assign"),
  /** Lasts while the pool decides about an ADD: a part of {@link #ASSIGN}. */
  DECIDE("decide"),
  /**
   * This is one write of the checkpoint, which several calls may share: mostly a part of {@link
   * #ASSIGN}.
   */
  CHECKPOINT("checkpoint"),
  /** Lasts from asking net-programmer to its answer. */
  NET_PROGRAMMER("net_programmer"),
  /**
   * This is what net-programmer spent in the kernel to wire a pod: a part of {@link
   * #NET_PROGRAMMER}.
   */
  KERNEL("kernel"),
  /** Lasts from net-programmer's answer to the result of an ADD. */
  REPLY("reply"),
  /** Lasts from an ADD's request being here to its answer. */
  ADD("add_total"),
  DEL("del_total");

  private final String text;

  Phase(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }
}
