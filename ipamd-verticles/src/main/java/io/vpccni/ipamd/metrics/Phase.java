package io.vpccni.ipamd.metrics;

/** Parts of a CNI call; {@code text} is the label value. */
public enum Phase {
  PARSE("parse"),
  /** From asking the pool to its answer: waiting for an address and for the checkpoint included. */
  ASSIGN("assign"),
  /** One write of the checkpoint, which several calls may share. */
  CHECKPOINT("checkpoint"),
  /** net-programmer's part. */
  HELPER("helper"),
  POLICY("policy"),
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
